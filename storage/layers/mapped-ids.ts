import { TspodError } from '../../base/errors.ts'

/** Ids of a container that stand for ids of the user namespace tspod runs in; as the runtime specification has them. */
export interface IdLine {
  readonly containerID: number
  readonly hostID: number
  readonly size: number
}

/** How a container sees the owners of files. */
export interface OwnerMap {
  readonly uids: readonly IdLine[]
  readonly gids: readonly IdLine[]
}

/** What the overlay of a container with an owner map is made of: see mapped-layers.ts. */
export interface LayerMap extends OwnerMap {
  /** whether the mapped layers take the data of files from the layers, or have a copy; absent where nothing is mapped before the container has it */
  readonly data?: 'shared' | 'copied'
}

export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** What the kernel shows for an id that a namespace lacks. Source: user_namespaces(7), overflowuid. */
const OVERFLOW_ID = 65534

/** The id outside that `id` of the container is; undefined where the container has no such id. */
export function toHostId(lines: readonly IdLine[], id: number): number | undefined {
  const line = lines.find(({ containerID, size }) => id >= containerID && id < containerID + size)
  return line && line.hostID + (id - line.containerID)
}

/** The id inside the container that `id` is; undefined where the container lacks it. */
export function toContainerId(lines: readonly IdLine[], id: number): number | undefined {
  const line = lines.find(({ hostID, size }) => id >= hostID && id < hostID + size)
  return line && line.containerID + (id - line.hostID)
}

/** The owner of a file on the disk as the container sees it, and as it belongs into an image. */
export function ownerInside({ uids, gids }: OwnerMap, { uid, gid }: Owner): Owner {
  return { uid: toContainerId(uids, uid) ?? OVERFLOW_ID, gid: toContainerId(gids, gid) ?? OVERFLOW_ID }
}

/**
 * The owner on the disk of what belongs to `owner` in the container.
 *
 * @param path of the file in its layer, Latin-1, for the message
 * @throws {TspodError} E_ID_NOT_MAPPED: the container has no such id
 */
export function ownerOutside({ uids, gids }: OwnerMap, owner: Owner, path: string): Owner {
  const [uid, gid] = [toHostId(uids, owner.uid), toHostId(gids, owner.gid)]
  if (uid !== undefined && gid !== undefined) return { uid, gid }
  const what = uid === undefined ? `user ${owner.uid}` : `group ${owner.gid}`
  const name = Buffer.from(path || '/', 'latin1').toString('utf8')
  throw new TspodError(
    'E_ID_NOT_MAPPED',
    `${JSON.stringify(name)} of the image belongs to ${what}, which the container's user namespace lacks`,
    { hint: 'give the container more ids: --userns auto:size=65536, or a larger --uidmap and --gidmap' },
  )
}

/** The owner on the disk of what the container's root owns: the first ids where it has no root. */
export function rootOutside({ uids, gids }: OwnerMap): Owner {
  const first = (lines: readonly IdLine[]): number => toHostId(lines, 0) ?? lines[0]?.hostID ?? 0
  return { uid: first(uids), gid: first(gids) }
}
