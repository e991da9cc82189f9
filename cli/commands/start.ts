import { startExisting } from '../../engine/container/start-existing.ts'
import type { Engine } from '../../engine/engine.ts'
import { type CommandResult, defineCommand, forEachTarget } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { CONTAINER_POSITIONALS, FILTER_OPTION, TARGET_OPTIONS } from '../flags/target-options.ts'
import { mayHint, refusalHints } from '../refusal-hints.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'start [options] CONTAINER [CONTAINER...]',
  positionals: CONTAINER_POSITIONALS,
  options: {
    ...TARGET_OPTIONS,
    all: { type: 'boolean', describe: 'all that do not run' },
    attach: { type: 'boolean', alias: 'a', describe: 'stay with its output, and exit as it does' },
    'detach-keys': {
      type: 'string',
      placeholder: 'KEYS',
      describe: 'what leaves the container running, with --attach',
    },
    filter: FILTER_OPTION,
    interactive: { type: 'boolean', alias: 'i', describe: 'pass our input on to it' },
    'sig-proxy': { type: 'boolean', optional: true, describe: 'with --attach: pass signals to us on; the default' },
  },
  examples: [['tspod start -ai shell', 'go on with a container that was made with -it']],
  run: async (engine, args, io) => {
    const targets = containerTargets(engine, args, { command: 'start', among: ['created', 'initialized', 'exited'] })
    if (args.attach || args.interactive)
      return await attached(engine, targets, { ...args, looksBack: () => mayHint(io) })
    if (args.sigProxy) throw badArguments('--sig-proxy needs --attach', 'start')
    return await forEachTarget(targets, (ref) => startExisting(engine, ref))
  },
})

async function attached(
  engine: Engine,
  targets: readonly string[],
  args: {
    readonly interactive: boolean
    readonly sigProxy: boolean | undefined
    readonly detachKeys: string | undefined
    readonly looksBack: () => boolean
  },
): Promise<CommandResult> {
  const [ref] = targets
  if (ref === undefined) return {}
  if (targets.length > 1) throw badArguments('only one container can be started and attached to at a time', 'start')
  const { startAttached } = await import('../../engine/container/start-attached.ts')
  const { interactive, sigProxy = true, detachKeys, looksBack } = args
  const exit = await startAttached(engine, ref, {
    interactive,
    sigProxy,
    looksBack,
    ...(detachKeys === undefined ? {} : { detachKeys }),
  })
  return { exitCode: exit.exitCode, hints: await refusalHints(exit.refused) }
}
