import { stopContainer } from '../../engine/container/stop.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'stop [options] CONTAINER [CONTAINER...]',
  positionals: { container: { array: true, describe: 'name or id (a unique prefix will do)' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all that run' },
    ignore: { type: 'boolean', alias: 'i', describe: 'do not fail on a container that does not exist' },
    time: {
      type: 'number',
      alias: ['t', 'timeout'],
      minimum: 0,
      placeholder: 'SECONDS',
      describe: "between the stop signal and SIGKILL; the container's own stop timeout, 10, by default",
    },
  },
  examples: [['tspod stop -t 0 web', 'kill at once']],
  run: (engine, args) =>
    forEachTarget(
      containerTargets(engine, args.container, { all: args.all, which: 'running', command: 'stop' }),
      (ref) =>
        stopContainer(engine, ref, {
          ignoreMissing: args.ignore,
          ...(args.time === undefined ? {} : { graceMs: args.time * 1000 }),
        }),
    ),
})
