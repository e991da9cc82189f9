import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { INSPECT_FORMAT, inspectTargets } from '../report/inspect.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'volume inspect [options] VOLUME [VOLUME...]',
  positionals: { volume: { array: true, describe: 'name' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all volumes' },
    format: INSPECT_FORMAT,
  },
  run: (engine, args, { config }) => {
    if (args.all === args.volume.length > 0) throw badArguments('volume inspect takes names or --all', 'volume inspect')
    const names = args.all ? engine.storage.volumes.list().map(({ name }) => name) : args.volume
    return inspectTargets(engine, names, { type: 'volume', format: args.format, style: styleOf(config) })
  },
})
