import { defineCommand } from '../command.ts'
import { INSPECT_FORMAT, type InspectType, inspectTargets } from '../report/inspect.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'inspect [options] NAME [NAME...]',
  positionals: { name: { required: true, array: true, describe: 'name or id of a container, an image or a volume' } },
  options: {
    format: INSPECT_FORMAT,
    type: {
      type: 'string',
      alias: 't',
      choices: ['all', 'container', 'image', 'volume'],
      default: 'all',
      describe: 'what the name is of',
    },
  },
  examples: [["tspod inspect -f '{{.State.Status}}' web", 'one field']],
  run: (engine, args, { config }) =>
    inspectTargets(engine, args.name, { type: inspectType(args.type), format: args.format, style: styleOf(config) }),
})

/** The parser has let only these through. */
function inspectType(text: string): InspectType {
  return text === 'container' || text === 'image' || text === 'volume' ? text : 'all'
}
