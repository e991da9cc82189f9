import { pruneImages } from '../../engine/image/prune.ts'
import { defineCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { PRUNE_OPTIONS } from '../flags/prune-options.ts'
import { prunedImages } from '../report/pruned.ts'
import { styleOf } from '../style/style.ts'

const DANGLING = 'WARNING! This command removes all dangling images.'
const ALL = 'WARNING! This command removes all images without at least one container associated with them.'

export default defineCommand({
  usage: 'image prune [options]',
  description: 'Remove images without a name, or with --all those that no container uses.',
  positionals: {},
  options: {
    ...PRUNE_OPTIONS,
    all: { type: 'boolean', alias: 'a', describe: 'all that no container uses' },
    'build-cache': { type: 'boolean', hidden: true, describe: 'there is none yet' },
    external: { type: 'boolean', hidden: true, describe: 'there are none' },
  },
  examples: [['tspod image prune -a --filter until=240h', 'what was not used and is older than ten days']],
  run: async (engine, args, io) => {
    if (!args.force && !confirm(io, args.all ? ALL : DANGLING)) return {}
    const pruned = await pruneImages(engine, { all: args.all, filters: args.filter })
    return { lines: styleOf(io.config).pruned(prunedImages(pruned)) }
  },
})
