import { TspodError } from '../../base/errors.ts'
import type { AvailableIds, Mappings } from '../spec/identity/explicit-mappings.ts'
import type { IdMapping } from '../spec/oci.ts'
import type { IdRange } from './id-range.ts'
import { readSubids } from './subids.ts'

/** The ranges that /etc/subuid and /etc/subgid have for two names; each stands for the other where only one is given. */
export function namedMappings(
  names: { readonly subuidname?: string | undefined; readonly subgidname?: string | undefined },
  available: { readonly uids: AvailableIds; readonly gids: AvailableIds },
): Mappings | undefined {
  const ofUsers = names.subuidname ?? names.subgidname
  const ofGroups = names.subgidname ?? names.subuidname
  if (ofUsers === undefined || ofGroups === undefined) return undefined
  return {
    uids: placeRanges(readSubids(ofUsers, uidOf(ofUsers)).subuids, available.uids, `${ofUsers} in /etc/subuid`),
    gids: placeRanges(readSubids(ofGroups, uidOf(ofGroups)).subgids, available.gids, `${ofGroups} in /etc/subgid`),
  }
}

/**
 * Ids of the container from 0 on for ranges of ids of the machine, in the ids that stand for those here. Pure.
 *
 * @throws {TspodError} E_NOT_ENOUGH_IDS: there is no range, or it is not the caller's to use
 */
export function placeRanges(ranges: readonly IdRange[], { ofMachine }: AvailableIds, whose: string): IdMapping[] {
  if (ranges.length === 0) throw notEnough(`there is no range for ${whose}`)
  let containerID = 0
  return ranges.map(({ start, count }) => {
    const line = ofMachine.find(({ hostID, size }) => start >= hostID && start + count <= hostID + size)
    if (!line) throw notEnough(`the range ${start}-${start + count - 1} of ${whose} is not among your own ids`)
    const mapping = { containerID, hostID: line.containerID + (start - line.hostID), size: count }
    containerID += count
    return mapping
  })
}

/** A name of digits is a uid in these files, too. No user has the uid -1. */
function uidOf(name: string): number {
  return /^\d{1,10}$/.test(name) ? Number(name) : -1
}

function notEnough(why: string): TspodError {
  return new TspodError('E_NOT_ENOUGH_IDS', why, {
    hint: 'name one whose ranges in /etc/subuid and /etc/subgid you have, too',
  })
}
