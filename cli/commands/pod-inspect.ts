import { selectPods } from '../../engine/pod/select.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { INSPECT_FORMAT, inspectTargets } from '../report/inspect.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'pod inspect [options] POD [POD...]',
  positionals: { pod: { array: true, describe: 'name or id (a unique prefix will do)' } },
  options: {
    format: INSPECT_FORMAT,
    latest: { type: 'boolean', alias: 'l', describe: 'the one that was made last' },
  },
  examples: [["tspod pod inspect -f '{{.State}} {{.NumContainers}}' shop", 'its state, and how many are in it']],
  run: (engine, args, { config }) => {
    if (args.latest === args.pod.length > 0) throw badArguments('pod inspect takes names or --latest', 'pod inspect')
    const names = args.latest ? selectPods(engine, { latest: true }) : args.pod
    return inspectTargets(engine, names, { type: 'pod', format: args.format, style: styleOf(config) })
  },
})
