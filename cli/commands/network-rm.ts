import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../../engine/engine.ts'
import { findNetwork } from '../../engine/network/find.ts'
import { findDockersNetwork } from '../../engine/network/list.ts'
import { removeNetwork } from '../../engine/network/remove.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { GRACE_OPTION, graceOf } from '../flags/target-options.ts'
import { withMissingStatus } from '../missing-status.ts'

export default defineCommand({
  usage: 'network rm [options] NETWORK [NETWORK...]',
  positionals: { network: { required: true, array: true, describe: 'name or id (a unique prefix will do)' } },
  options: {
    force: {
      type: 'boolean',
      alias: 'f',
      describe:
        'the containers that are in them, too; ignore those that do not exist. Called as docker: the latter alone',
    },
    time: { ...GRACE_OPTION, describe: 'with --force: how long the containers may take to stop' },
  },
  run: async (engine, args, { config }) => {
    const isDocker = config.compat === 'docker'
    const options = { force: args.force, keepUsers: isDocker, ignoreMissing: args.force, ...graceOf(args.time) }
    // docker's says nothing of what was not there. Seen in 28.2.
    const isThere = (ref: string): boolean => !!findDockersNetwork(engine, ref) || !!findNetwork(engine, ref)
    const targets = isDocker && args.force ? args.network.filter(isThere) : args.network
    const result = await forEachTarget(targets, async (ref) => {
      if (isDocker) requireNoDockers(engine, ref)
      await removeNetwork(engine, ref, options)
    })
    return withMissingStatus(result, 'E_NETWORK_NOT_FOUND')
  },
})

/** docker lists `host` and `none`, so it knows them here. */
function requireNoDockers(engine: Engine, ref: string): void {
  const own = findDockersNetwork(engine, ref)
  if (own) throw new TspodError('E_NETWORK_BUILT_IN', `the network ${own.name} is always there and cannot be removed`)
}
