import { toContainerId, toHostId } from '../../storage/layers/mapped-ids.ts'
import type { OciConfig } from '../spec/oci.ts'

export type IdSpec = Pick<OciConfig, 'process' | 'linux'>

export interface IdWords {
  /** ids of the machine, of ids as this process sees them */
  words(owner: { readonly uid: number; readonly gid: number }): { readonly words: string; readonly isOurs: boolean }
  /** the caller of tspod is 0, as this process sees ids; else it is the machine's root who asks */
  readonly rootless: boolean
}

const OVERFLOW_ID = 65534

/**
 * Who owns a file and who the container's first user is, inside and outside, and what that means for the user. Pure.
 *
 * @see user_namespaces(7): CAP_DAC_OVERRIDE counts for files whose owner and group are mapped
 */
export function identities(
  { process, linux }: IdSpec,
  file: { readonly uid: number; readonly gid: number },
  { words, rootless }: IdWords,
) {
  const { uidMappings, gidMappings } = linux
  const { user, capabilities } = process
  const isShared = uidMappings.length === 0
  const outside = (uid: number, gid: number) => ({
    uid: (isShared ? uid : toHostId(uidMappings, uid)) ?? OVERFLOW_ID,
    gid: (isShared ? gid : toHostId(gidMappings, gid)) ?? OVERFLOW_ID,
  })
  const owner = words(file)
  // What is not ours has the overflow id, which may be one of the container's as well.
  const isForeign = { uid: !owner.isOurs, gid: rootless && file.gid === OVERFLOW_ID }
  const inside = {
    uid: isForeign.uid ? undefined : isShared ? file.uid : toContainerId(uidMappings, file.uid),
    gid: isForeign.gid ? undefined : isShared ? file.gid : toContainerId(gidMappings, file.gid),
  }
  const runner = outside(user.uid, user.gid)
  const groups = [runner.gid, ...user.additionalGids.map((gid) => outside(0, gid).gid)]
  const isSelf = owner.isOurs && runner.uid === file.uid
  const isMapped = inside.uid !== undefined && inside.gid !== undefined
  return {
    isSelf,
    isOurs: owner.isOurs,
    /** where of the mode the bits are that count. Source: inode(7) */
    shift: isSelf ? 6 : groups.includes(file.gid) && !isForeign.gid ? 3 : 0,
    mayAll: isMapped && capabilities.effective.includes('CAP_DAC_OVERRIDE'),
    ownerOutside: owner.words,
    ownerInside: `${inside.uid ?? OVERFLOW_ID}:${inside.gid ?? OVERFLOW_ID}`,
    userInside: `${user.uid}:${user.gid}`,
    userOutside: words(runner).words,
  }
}
