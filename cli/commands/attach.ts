import { attachContainer } from '../../engine/container/attach.ts'
import { defineCommand } from '../command.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'attach [options] CONTAINER',
  description:
    'Connects this terminal, or these streams, to those of a container that runs. Others may be attached as well.',
  positionals: { container: { describe: 'name or id (a unique prefix will do)' } },
  options: {
    'detach-keys': {
      type: 'string',
      placeholder: 'KEYS',
      describe: 'leave with these: ctrl-p,ctrl-q where nothing is said',
    },
    latest: { type: 'boolean', alias: 'l', describe: 'the container that was made last' },
    'no-stdin': { type: 'boolean', describe: 'do not pass stdin on' },
    'sig-proxy': { type: 'boolean', default: true, describe: 'pass signals on to the container' },
  },
  examples: [['tspod attach web', 'what web prints, and keys to it']],
  run: async (engine, args) => {
    const named = { ...args, container: args.container === undefined ? [] : [args.container] }
    const [container = ''] = containerTargets(engine, named, { command: 'attach' })
    const { exitCode } = await attachContainer(engine, container, {
      stdin: !args.noStdin,
      sigProxy: args.sigProxy,
      ...(args.detachKeys === undefined ? {} : { detachKeys: args.detachKeys }),
    })
    return { exitCode }
  },
})
