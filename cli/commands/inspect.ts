import { selectContainers } from '../../engine/container/select.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { INSPECT_FORMAT, INSPECT_TYPES, inspectTargets } from '../report/inspect.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'inspect [options] NAME [NAME...]',
  positionals: { name: { array: true, describe: 'name or id of a container, an image, a volume, a network or a pod' } },
  options: {
    format: INSPECT_FORMAT,
    latest: { type: 'boolean', alias: 'l', describe: 'the container that was made last' },
    size: { type: 'boolean', alias: 's', describe: 'the sizes of containers, too' },
    type: { type: 'string', alias: 't', choices: INSPECT_TYPES, default: 'all', describe: 'what the name is of' },
  },
  examples: [
    ["tspod inspect -f '{{.State.Status}}' web", 'one field', 'runs'],
    ["tspod inspect -f '{{range .Mounts}}{{.Destination}} {{end}}' web", 'where its volumes are', 'runs'],
  ],
  run: (engine, args, { config }) => {
    if (args.latest === args.name.length > 0) throw badArguments('inspect takes names or --latest', 'inspect')
    const names = args.latest ? selectContainers(engine, { latest: true }) : args.name
    const type = args.latest ? 'container' : args.type
    return inspectTargets(engine, names, { type, format: args.format, size: args.size, style: styleOf(config) })
  },
})
