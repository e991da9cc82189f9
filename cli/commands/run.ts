import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../../engine/engine.ts'
import { removeImage } from '../../engine/image/remove.ts'
import { runContainer } from '../../engine/run.ts'
import { checkTerminal } from '../check-terminal.ts'
import { openPhases } from '../ci.ts'
import { defineCommand } from '../command.ts'
import { DEBUG_FAULT, parseFault } from '../flags/debug-fault.ts'
import { EXPLAIN_OPTION } from '../flags/explain-option.ts'
import { RUN_GROUPS } from '../flags/run/groups.ts'
import { RUN_OPTIONS, RUN_POSITIONALS } from '../flags/run-options.ts'
import { readRunRequest } from '../flags/run-request.ts'
import { openPullProgress } from '../pull-progress.ts'
import { mayHint, refusalHints } from '../refusal-hints.ts'

export default defineCommand({
  usage: 'run [options] IMAGE [COMMAND [ARG...]]',
  optionsEndAtPositional: true,
  positionals: RUN_POSITIONALS,
  options: {
    ...RUN_OPTIONS,
    detach: { type: 'boolean', alias: 'd', describe: "run in the background and print the container's id" },
    rmi: { type: 'boolean', describe: 'as --rm, and in the foreground remove the image, too' },
    explain: EXPLAIN_OPTION,
    'debug-fault': DEBUG_FAULT,
  },
  groups: RUN_GROUPS,
  examples: [
    ['tspod run --rm alpine echo hello', 'one command, and nothing left behind', 'runs'],
    ['tspod run -it --rm -v .:/src -w /src node:24 bash', 'a shell over this directory'],
    ['tspod run -d --name web nginx', 'a server in the background'],
  ],
  run: async (engine, args, io) => {
    const asked = await readRunRequest(args, io)
    const request = args.rmi ? { ...asked, remove: true } : asked
    if (args.explain !== undefined) {
      const { explain } = await import('../explain.ts')
      return await explain(engine, request, args.explain)
    }
    checkTerminal(args, io.config.compat, engine.warn)
    using progress = await openPullProgress(io, { quiet: args.quiet })
    using phases = openPhases(args.detach ? undefined : io.config.ci, (text) => io.stderr.write(text), Date.now)
    const result = await runContainer(engine, request, {
      onProgress: progress.onProgress,
      onNotice: progress.onNotice,
      onImage: () => {
        progress.end()
        phases.begin(`Running ${args.image}`)
      },
      ...parseFault(args.debugFault),
      looksBack: () => mayHint(io),
    })
    const failures = args.rmi && !args.detach ? await removeItsImage(engine, args.image) : []
    const hints = await refusalHints(result.refused)
    return { exitCode: result.exitCode, failures, hints, lines: args.detach ? [result.id] : [] }
  },
})

/** That the image stays is to be said, and changes nothing about how the container ended. */
async function removeItsImage(engine: Engine, image: string): Promise<TspodError[]> {
  try {
    await removeImage(engine, image, {})
    return []
  } catch (error) {
    if (error instanceof TspodError) return [error]
    throw error
  }
}
