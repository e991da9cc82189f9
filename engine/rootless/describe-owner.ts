import type { AvailableIds } from '../spec/identity/explicit-mappings.ts'
import { readOwnIds } from './own-ids.ts'

export interface OwnerWords {
  /** `1000:100`, as the machine has them */
  readonly words: string
  /** the owner is one of the ids that are ours, so we may change its files */
  readonly isOurs: boolean
}

/** What the kernel shows for an id that a namespace lacks. Source: user_namespaces(7), overflowuid. */
const OVERFLOW_ID = 65534

/** Whose a file is, by ids as this process sees them. */
export function describeOwner(owner: { readonly uid: number; readonly gid: number }): OwnerWords {
  return ownerWords(owner, readOwnIds())
}

/**
 * As `describeOwner`, with these ids. Pure. An id that is not ours cannot be told from the overflow id, which
 * is one of ours where there are 65536: hardly anybody has files of it.
 */
export function ownerWords(
  { uid, gid }: { readonly uid: number; readonly gid: number },
  { uids, gids }: { readonly uids: AvailableIds; readonly gids: AvailableIds },
): OwnerWords {
  const isAll = uids.ofMachine.some(({ size }) => size === 2 ** 32 - 1)
  if (!isAll && uid === OVERFLOW_ID) return { words: 'somebody else, whose id you do not have', isOurs: false }
  return { words: `${machineId(uids, uid)}:${machineId(gids, gid)}`, isOurs: true }
}

function machineId({ ofMachine }: AvailableIds, id: number): number | string {
  const line = ofMachine.find(({ containerID, size }) => id >= containerID && id < containerID + size)
  return line ? line.hostID + id - line.containerID : '?'
}
