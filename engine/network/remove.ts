import { TspodError } from '../../base/errors.ts'
import { someOf } from '../../base/some-of.ts'
import { isInfra } from '../container/is-infra.ts'
import { type RemoveOptions, removeContainer } from '../container/remove.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { removeUsersFirst } from '../in-use.ts'
import { removePod } from '../pod/remove.ts'
import { defaultNetworkName, findNetwork, resolveNetwork } from './find.ts'

/**
 * Removes a network that no container is in.
 *
 * @throws {TspodError} E_NETWORK_NOT_FOUND, unless `ignoreMissing` is given
 * @throws {TspodError} E_NETWORK_IN_USE: containers are in it, running or not; with `force` they go too
 * @throws {TspodError} E_NETWORK_BUILT_IN: it is there without having been made
 * @see podman-network-rm(1)
 */
export async function removeNetwork(
  engine: Engine,
  ref: string,
  options: {
    readonly force?: boolean
    /** there is no force that takes containers with it, as with docker */
    readonly keepUsers?: boolean
    readonly ignoreMissing?: boolean
    /** how long containers that are in it may take to stop */
    readonly graceMs?: number
  } = {},
): Promise<void> {
  const { networks, endpoints } = engine.storage
  if (options.ignoreMissing && !findNetwork(engine, ref)) return
  const { id, name } = resolveNetwork(engine, ref)
  if (name === defaultNetworkName(engine))
    throw new TspodError('E_NETWORK_BUILT_IN', `the network ${ref} is always there and cannot be removed`)
  const users = endpoints.ofNetwork(id).map(({ containerId }) => containerId)
  if (users.length > 0 && (!options.force || options.keepUsers)) throw networkInUse(engine, { name, users, ...options })
  const grace = options.graceMs === undefined ? {} : { graceMs: options.graceMs }
  const how = { force: true, ignoreMissing: true, ...grace }
  for (const user of users) await removeUser(engine, user, how)
  if (networks.remove(id))
    recordEvent(engine, { type: 'network', action: 'remove', id, name, attributes: { type: 'bridge' } })
  // A container came into it meanwhile; or somebody else has removed it, which is as good.
  else if (networks.find(id))
    throw networkInUse(engine, {
      name,
      users: endpoints.ofNetwork(id).map(({ containerId }) => containerId),
      ...options,
    })
}

/** With one that holds a pod, the pod. */
async function removeUser(engine: Engine, id: string, how: RemoveOptions): Promise<void> {
  const row = engine.storage.containers.find(id)
  if (!row) return
  if (row.podId !== null && isInfra(row)) await removePod(engine, row.podId, how)
  else await removeContainer(engine, id, how)
}

interface InUse {
  readonly name: string
  readonly users: readonly string[]
  readonly keepUsers?: boolean
}

/** Source: podman-network-rm(1), "Exit Status": 2 where a container uses it. */
function networkInUse({ storage }: Engine, { name, users, keepUsers }: InUse): TspodError {
  const names = users.map((id) => storage.containers.find(id)?.name ?? id.slice(0, 12))
  return new TspodError('E_NETWORK_IN_USE', `the network ${name} is in use by container ${someOf(names)}`, {
    exitCode: 2,
    hint: removeUsersFirst(names, `network=${name}`, keepUsers ? undefined : `tspod network rm -f ${name}`),
  })
}
