import type { Engine } from '../../engine/engine.ts'
import { execInContainer } from '../../engine/exec.ts'
import { checkTerminal } from '../check-terminal.ts'
import { defineCommand } from '../command.ts'
import { DEBUG_FAULT, parseFault } from '../flags/debug-fault.ts'
import { badArguments } from '../flags/errors.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'exec [options] CONTAINER COMMAND [ARG...]',
  optionsEndAtPositional: true,
  positionals: {
    container: { describe: 'name or id (a unique prefix will do)' },
    command: { array: true, describe: 'the program and its arguments' },
  },
  options: {
    cidfile: { type: 'string', placeholder: 'FILE', describe: 'the container whose id is in this file' },
    'debug-fault': DEBUG_FAULT,
    detach: { type: 'boolean', alias: 'd', describe: 'run it in the background' },
    'detach-keys': {
      type: 'string',
      placeholder: 'KEYS',
      describe: 'leave a terminal with these: ctrl-p,ctrl-q where nothing is said',
    },
    env: { type: 'string', array: true, alias: 'e', placeholder: 'NAME[=VALUE]', describe: 'set a variable' },
    'env-file': { type: 'string', array: true, placeholder: 'FILE', describe: 'read variables from a file' },
    interactive: { type: 'boolean', alias: 'i', describe: 'keep stdin open' },
    latest: { type: 'boolean', alias: 'l', describe: 'the container that was made last' },
    'no-session': { type: 'boolean', describe: 'for compatibility: nothing is written down of it anyway' },
    'preserve-fds': {
      type: 'number',
      minimum: 0,
      placeholder: 'NUMBER',
      describe: 'give it so many of the descriptors from 3 on',
    },
    privileged: { type: 'boolean', describe: 'give it all capabilities' },
    tty: { type: 'boolean', alias: 't', describe: 'give it a terminal' },
    user: { type: 'string', alias: 'u', placeholder: 'USER[:GROUP]', describe: 'run as this user' },
    workdir: { type: 'string', alias: 'w', placeholder: 'DIR', describe: 'working directory in the container' },
  },
  examples: [['tspod exec -it web sh', 'a shell in the container web']],
  run: (engine, args, { config }) => {
    const { ref, command } = targetOf(engine, args)
    checkTerminal(args, config.compat, engine.warn)
    return execInContainer(engine, ref, {
      command,
      interactive: args.interactive,
      tty: args.tty,
      detach: args.detach,
      env: args.env,
      envFiles: args.envFile,
      privileged: args.privileged,
      ...parseFault(args.debugFault),
      ...(args.workdir === undefined ? {} : { workdir: args.workdir }),
      ...(args.user === undefined ? {} : { user: args.user }),
      ...(args.detachKeys === undefined ? {} : { detachKeys: args.detachKeys }),
      ...(args.preserveFds === undefined ? {} : { preserveFds: args.preserveFds }),
    })
  },
})

interface TargetWords {
  readonly container?: string | undefined
  readonly command: readonly string[]
  readonly latest: boolean
  readonly cidfile?: string | undefined
}

/** With --latest or --cidfile the first word is the command's. */
function targetOf(
  engine: Engine,
  { container, command, latest, cidfile }: TargetWords,
): { readonly ref: string; readonly command: readonly string[] } {
  if (!latest && cidfile === undefined) {
    if (container === undefined) throw badArguments('exec needs a container and a command', 'exec')
    return { ref: container, command }
  }
  const flags = { container: [], latest, cidfile: cidfile === undefined ? [] : [cidfile] }
  const [ref = ''] = containerTargets(engine, flags, { command: 'exec' })
  return { ref, command: container === undefined ? command : [container, ...command] }
}
