import { execInContainer } from '../../engine/exec.ts'
import { defineCommand } from '../command.ts'
import { DEBUG_FAULT, parseFault } from '../flags/debug-fault.ts'

export default defineCommand({
  usage: 'exec [options] CONTAINER COMMAND [ARG...]',
  optionsEndAtPositional: true,
  positionals: {
    container: { required: true, describe: 'name or id (a unique prefix will do)' },
    command: { required: true, array: true, describe: 'the program and its arguments' },
  },
  options: {
    'debug-fault': DEBUG_FAULT,
    detach: { type: 'boolean', alias: 'd', describe: 'run it in the background' },
    env: { type: 'string', array: true, alias: 'e', placeholder: 'NAME[=VALUE]', describe: 'set a variable' },
    'env-file': { type: 'string', array: true, placeholder: 'FILE', describe: 'read variables from a file' },
    interactive: { type: 'boolean', alias: 'i', describe: 'keep stdin open' },
    privileged: { type: 'boolean', describe: 'give it all capabilities' },
    tty: { type: 'boolean', alias: 't', describe: 'give it a terminal' },
    user: { type: 'string', alias: 'u', placeholder: 'USER[:GROUP]', describe: 'run as this user' },
    workdir: { type: 'string', alias: 'w', placeholder: 'DIR', describe: 'working directory in the container' },
  },
  examples: [['tspod exec -it web sh', 'a shell in the container web']],
  run: (engine, args) =>
    execInContainer(engine, args.container, {
      command: args.command,
      interactive: args.interactive,
      tty: args.tty,
      detach: args.detach,
      env: args.env,
      envFiles: args.envFile,
      privileged: args.privileged,
      ...parseFault(args.debugFault),
      ...(args.workdir === undefined ? {} : { workdir: args.workdir }),
      ...(args.user === undefined ? {} : { user: args.user }),
    }),
})
