import { selectContainers } from '../../engine/container/select.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { INSPECT_FORMAT, inspectTargets } from '../report/inspect.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'container inspect [options] NAME [NAME...]',
  positionals: { name: { array: true, describe: 'name or id of a container' } },
  options: {
    format: INSPECT_FORMAT,
    latest: { type: 'boolean', alias: 'l', describe: 'the one that was made last' },
    size: { type: 'boolean', alias: 's', describe: 'the sizes, too' },
  },
  run: (engine, args, { config }) => {
    const usage = 'container inspect'
    if (args.latest === args.name.length > 0) throw badArguments(`${usage} takes names or --latest`, usage)
    const names = args.latest ? selectContainers(engine, { latest: true }) : args.name
    return inspectTargets(engine, names, {
      type: 'container',
      format: args.format,
      size: args.size,
      style: styleOf(config),
    })
  },
})
