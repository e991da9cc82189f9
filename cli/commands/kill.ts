import { killContainer } from '../../engine/container/kill.ts'
import { parseSignal } from '../../engine/spec/parse-signal.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'kill [options] CONTAINER [CONTAINER...]',
  positionals: { container: { array: true, describe: 'name or id (a unique prefix will do)' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all that run' },
    signal: { type: 'string', alias: 's', default: 'KILL', placeholder: 'SIGNAL', describe: 'name or number' },
  },
  examples: [['tspod kill -s HUP web', 'have a server read its configuration again']],
  run: (engine, args) => {
    const signal = parseSignal(args.signal)
    const targets = containerTargets(engine, args.container, { all: args.all, which: 'running', command: 'kill' })
    return forEachTarget(targets, (ref) => killContainer(engine, ref, signal))
  },
})
