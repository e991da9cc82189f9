import { prunePods } from '../../engine/pod/prune.ts'
import { defineCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { PRUNE_OPTIONS } from '../flags/prune-options.ts'

export default defineCommand({
  usage: 'pod prune [options]',
  description: 'Remove all pods whose containers have ended, with those.',
  positionals: {},
  options: PRUNE_OPTIONS,
  run: async (engine, args, io) => {
    if (!args.force && !confirm(io, 'WARNING! This will remove all stopped/exited pods..')) return {}
    return { lines: await prunePods(engine, { filters: args.filter }) }
  },
})
