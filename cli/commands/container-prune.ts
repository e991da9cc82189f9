import { pruneContainers } from '../../engine/container/prune.ts'
import { defineCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { PRUNE_OPTIONS } from '../flags/prune-options.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'container prune [options]',
  description: 'Remove all containers that do not run.',
  positionals: {},
  options: PRUNE_OPTIONS,
  run: async (engine, args, io) => {
    const which = io.config.compat === 'docker' ? 'stopped' : 'non running'
    if (!args.force && !confirm(io, `WARNING! This will remove all ${which} containers.`)) return {}
    const pruned = await pruneContainers(engine, { filters: args.filter })
    return { lines: styleOf(io.config).pruned({ kind: 'Containers', ...pruned }) }
  },
})
