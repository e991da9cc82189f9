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
  /** who we are to be on the host */
  readonly caller: Ids
  toContainer(seen: Ids): Ids
  toSeen(inContainer: Ids): Ids
}

interface Numbers {
  readonly caller: Ids
  readonly isInside: boolean
  readonly areTheirs: boolean
}

/**
 * Pure. A container without a user namespace of its own has our numbers.
 *
 * @param caller our own ids outside of the container's user namespace
 * @param isInside we are in that namespace
 * @param areTheirs the owners that we see are its numbers
 */
export function containerIds(
  { spec }: Pick<ContainerConfig, 'spec'>,
  { caller, isInside, areTheirs }: Numbers,
): ContainerIds {
  const { uidMappings: uids, gidMappings: gids } = spec.linux
  const { user } = spec.process
  const same = (ids: Ids): Ids => ids
  if (uids.length === 0) return { root: { uid: 0, gid: 0 }, user, caller, toSeen: same, toContainer: same }
  const toContainer = (seen: Ids): Ids => ownerInside({ uids, gids }, seen)
  if (areTheirs) {
    const self = isInside ? toContainer(caller) : caller
    return { root: { uid: 0, gid: 0 }, user, caller: self, toSeen: same, toContainer: same }
  }
  const root = rootOutside({ uids, gids })
  const toSeen = ({ uid, gid }: Ids): Ids => ({
    uid: toHostId(uids, uid) ?? root.uid,
    gid: toHostId(gids, gid) ?? root.gid,
  })
  return { root, user: toSeen(user), caller, toSeen, toContainer }
}

/** Whose a copy is to be that had this owner, as we see it. Pure. `undefined` stands for the host. */
export function copiedOwner(
  from: ContainerIds | undefined,
  to: ContainerIds | undefined,
  owner: CopyOwner,
): (had: Ids) => Ids {
  if (owner === 'kept') return from && to ? (had) => to.toSeen(from.toContainer(had)) : (had) => had
  const one = to ? to[owner] : from?.caller
  return one ? () => one : (had) => had
}
