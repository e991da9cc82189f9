import { killContainer } from '../../engine/container/kill.ts'
import { parseSignal } from '../../engine/spec/parse-signal.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { CONTAINER_POSITIONALS, TARGET_OPTIONS } from '../flags/target-options.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'kill [options] CONTAINER [CONTAINER...]',
  positionals: CONTAINER_POSITIONALS,
  options: {
    ...TARGET_OPTIONS,
    all: { type: 'boolean', alias: 'a', describe: 'all that run' },
    signal: { type: 'string', alias: 's', default: 'KILL', placeholder: 'SIGNAL', describe: 'name or number' },
  },
  examples: [['tspod kill -s HUP web', 'have a server read its configuration again', 'runs']],
  run: (engine, args) => {
    const signal = parseSignal(args.signal)
    const targets = containerTargets(engine, args, { command: 'kill', among: ['running', 'paused'] })
    return forEachTarget(targets, (ref) => killContainer(engine, ref, signal))
  },
})
