import { defineCommand } from '../command.ts'
import { INSPECT_FORMAT, inspectTargets } from '../report/inspect.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'image inspect [options] NAME [NAME...]',
  positionals: { name: { required: true, array: true, describe: 'name or id of an image' } },
  options: { format: INSPECT_FORMAT },
  run: (engine, args, { config }) =>
    inspectTargets(engine, args.name, { type: 'image', format: args.format, style: styleOf(config) }),
})
