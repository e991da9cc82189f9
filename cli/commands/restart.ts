import { restartContainers } from '../../engine/container/restart-several.ts'
import { parseSignal } from '../../engine/spec/parse-signal.ts'
import { defineCommand, settledTargets } from '../command.ts'
import { CONTAINER_POSITIONALS, FILTER_OPTION, GRACE_OPTION, graceOf, TARGET_OPTIONS } from '../flags/target-options.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'restart [options] CONTAINER [CONTAINER...]',
  positionals: CONTAINER_POSITIONALS,
  options: {
    ...TARGET_OPTIONS,
    all: { type: 'boolean', alias: 'a', describe: 'all containers, whether they run or not' },
    filter: FILTER_OPTION,
    running: { type: 'boolean', describe: 'all that run' },
    signal: { type: 'string', alias: 's', placeholder: 'SIGNAL', describe: "in place of the container's stop signal" },
    time: GRACE_OPTION,
  },
  examples: [['tspod restart -t 5 web', 'stop it within five seconds and start it again', 'runs']],
  run: async (engine, args) => {
    const signal = args.signal === undefined ? undefined : parseSignal(args.signal)
    const targets = containerTargets(
      engine,
      { ...args, all: args.all || args.running },
      { command: 'restart', ...(args.running ? { among: ['running'] } : {}) },
    )
    return settledTargets(targets, await restartContainers(engine, targets, { signal, ...graceOf(args.time) }))
  },
})
