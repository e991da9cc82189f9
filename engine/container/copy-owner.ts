import type { Ids } from '../../storage/copying/put.ts'
import { ownerInside, rootOutside, toHostId } from '../../storage/layers/mapped-ids.ts'
import type { ContainerConfig } from './config.ts'

/**
 * Whose copies in a container are: its root's, the user's that its program runs as, or the same
 * ids' as before. On the host they are the caller's, unless they are kept.
 *
 * @see docker-cp(1), "-a"; podman-cp(1), "--archive"
 */
export type CopyOwner = 'root' | 'user' | 'kept'

/** How a container numbers users, against the numbers that we see. */
export interface ContainerIds {
  readonly root: Ids
  readonly user: Ids
  toContainer(seen: Ids): Ids
  toSeen(inContainer: Ids): Ids
}

/** Pure. A container without a user namespace of its own has our numbers. */
export function containerIds({ spec }: Pick<ContainerConfig, 'spec'>): ContainerIds {
  const { uidMappings: uids, gidMappings: gids } = spec.linux
  const own = (ids: Ids): Ids => ids
  const root = rootOutside({ uids, gids })
  const toSeen = ({ uid, gid }: Ids): Ids => ({
    uid: toHostId(uids, uid) ?? root.uid,
    gid: toHostId(gids, gid) ?? root.gid,
  })
  if (uids.length === 0) return { root, user: spec.process.user, toSeen: own, toContainer: own }
  return { root, user: toSeen(spec.process.user), toSeen, toContainer: (seen) => ownerInside({ uids, gids }, seen) }
}

/** Whose a copy is to be that had this owner, as we see it. Pure. `undefined` stands for the host. */
export function copiedOwner(
  from: ContainerIds | undefined,
  to: ContainerIds | undefined,
  { owner, caller }: { readonly owner: CopyOwner; readonly caller: Ids },
): (had: Ids) => Ids {
  if (owner === 'kept') return from && to ? (had) => to.toSeen(from.toContainer(had)) : (had) => had
  const one = to === undefined ? caller : to[owner]
  return () => one
}
