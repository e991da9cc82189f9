import { stopContainer } from '../../engine/container/stop.ts'
import { parseSignal } from '../../engine/spec/parse-signal.ts'
import { defineCommand, settledTargets } from '../command.ts'
import { CONTAINER_POSITIONALS, FILTER_OPTION, GRACE_OPTION, graceOf, TARGET_OPTIONS } from '../flags/target-options.ts'
import { containerTargets, LIVE } from '../targets.ts'

export default defineCommand({
  usage: 'stop [options] CONTAINER [CONTAINER...]',
  positionals: CONTAINER_POSITIONALS,
  options: {
    ...TARGET_OPTIONS,
    all: { type: 'boolean', alias: 'a', describe: 'all that run' },
    filter: FILTER_OPTION,
    ignore: { type: 'boolean', alias: 'i', describe: 'do not fail on a container that does not exist' },
    signal: { type: 'string', alias: 's', placeholder: 'SIGNAL', describe: "in place of the container's stop signal" },
    time: GRACE_OPTION,
  },
  examples: [['tspod stop -t 0 web', 'kill at once', 'runs']],
  run: async (engine, args) => {
    const signal = args.signal === undefined ? undefined : parseSignal(args.signal)
    const targets = containerTargets(engine, args, { command: 'stop', among: LIVE })
    const stop = (ref: string) =>
      stopContainer(engine, ref, { ignoreMissing: args.ignore, signal, ...graceOf(args.time) })
    const results = await Promise.allSettled(targets.map(stop))
    return settledTargets(targets, results, (stopped, target) => stopped && target)
  },
})
