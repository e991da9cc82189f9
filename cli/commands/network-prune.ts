import { pruneNetworks } from '../../engine/network/prune.ts'
import { defineCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { PRUNE_OPTIONS } from '../flags/prune-options.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'network prune [options]',
  description: 'Remove all networks that no container is in, running or not.',
  positionals: {},
  options: PRUNE_OPTIONS,
  run: (engine, args, io) => {
    const style = styleOf(io.config)
    const which = style.engine === 'docker' ? 'custom networks' : 'networks'
    if (!args.force && !confirm(io, `WARNING! This will remove all ${which} not used by at least one container.`))
      return {}
    const names = pruneNetworks(engine, { filters: args.filter })
    // docker speaks of no space here.
    return { lines: style.engine === 'docker' && names.length > 0 ? ['Deleted Networks:', ...names, ''] : names }
  },
})
