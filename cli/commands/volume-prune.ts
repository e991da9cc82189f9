import { pruneVolumes } from '../../engine/volume/prune.ts'
import { defineCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { PRUNE_OPTIONS } from '../flags/prune-options.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'volume prune [options]',
  description: 'Remove all volumes that no container has.',
  positionals: {},
  options: {
    ...PRUNE_OPTIONS,
    all: { type: 'boolean', alias: 'a', describe: 'called as docker: those with a name, too' },
    'dry-run': { type: 'boolean', describe: 'only print what would be removed' },
  },
  run: async (engine, args, io) => {
    const style = styleOf(io.config)
    const isAll = args.all || args.filter.includes('all=true') || args.filter.includes('all=1')
    const anonymousOnly = style.engine === 'docker' && !isAll
    const which = anonymousOnly ? 'anonymous local volumes' : 'volumes'
    const question = `WARNING! This will remove all ${which} not used by at least one container.`
    if (!args.force && !args.dryRun && !confirm(io, question)) return {}
    const { names, reclaimedBytes } = await pruneVolumes(engine, {
      filters: args.filter,
      anonymousOnly,
      dryRun: args.dryRun,
    })
    return { lines: style.pruned({ kind: 'Volumes', ids: names, reclaimedBytes }) }
  },
})
