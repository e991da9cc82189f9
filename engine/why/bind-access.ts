import { toContainerId, toHostId } from '../../storage/layers/mapped-ids.ts'
import type { ContainerVolume } from '../container/config.ts'
import type { OciConfig } from '../spec/oci.ts'

/** A directory or file of the host that the container's user may not use as it is mounted. */
export interface ClosedBind {
  readonly source: string
  readonly destination: string
  readonly missing: readonly ('read' | 'write' | 'enter')[]
  /** `1000:1000`, of the machine */
  readonly ownerOutside: string
  /** as the container sees it; 65534 where it has no such id */
  readonly ownerInside: string
  /** octal */
  readonly mode: string
  /** whom the program runs as, inside and on the machine */
  readonly userInside: string
  readonly userOutside: string
  /** one imperative sentence each, the best first */
  readonly advice: readonly string[]
}

export interface SourceStatus {
  readonly uid: number
  readonly gid: number
  readonly mode: number
  readonly isDirectory: boolean
}

export interface IdWords {
  /** ids of the machine, of ids as this process sees them */
  words(owner: { readonly uid: number; readonly gid: number }): { readonly words: string; readonly isOurs: boolean }
  /** us, as this process sees us: the caller of tspod */
  readonly callerUid: number
}

const OVERFLOW_ID = 65534

/**
 * What the permissions of a mount's source keep the container's first user from; undefined where they keep it from
 * nothing. Pure. The lists of acl(5) are not looked at, nor what the program changes its user to.
 *
 * @see path_resolution(7), user_namespaces(7): CAP_DAC_OVERRIDE counts for files whose owner and group are mapped
 */
export function closedBind(
  spec: Pick<OciConfig, 'process' | 'linux'>,
  volume: Pick<ContainerVolume, 'source' | 'destination' | 'options'>,
  status: SourceStatus,
  ids: IdWords,
): ClosedBind | undefined {
  const { uidMappings, gidMappings } = spec.linux
  const { user, capabilities } = spec.process
  const isShared = uidMappings.length === 0
  const outside = (uid: number, gid: number) => ({
    uid: (isShared ? uid : toHostId(uidMappings, uid)) ?? OVERFLOW_ID,
    gid: (isShared ? gid : toHostId(gidMappings, gid)) ?? OVERFLOW_ID,
  })
  const inside = {
    uid: isShared ? status.uid : toContainerId(uidMappings, status.uid),
    gid: isShared ? status.gid : toContainerId(gidMappings, status.gid),
  }
  const isMapped = inside.uid !== undefined && inside.gid !== undefined
  if (isMapped && capabilities.effective.includes('CAP_DAC_OVERRIDE')) return undefined
  const runner = outside(user.uid, user.gid)
  const groups = [runner.gid, ...user.additionalGids.map((gid) => outside(0, gid).gid)]
  const shift = runner.uid === status.uid ? 6 : groups.includes(status.gid) ? 3 : 0
  const bits = (status.mode >> shift) & 7
  const missing = [
    ...((bits & 4) === 0 ? (['read'] as const) : []),
    ...((bits & 2) === 0 && !volume.options.includes('ro') ? (['write'] as const) : []),
    ...((bits & 1) === 0 && status.isDirectory ? (['enter'] as const) : []),
  ]
  if (missing.length === 0) return undefined
  const owner = ids.words(status)
  return {
    source: volume.source,
    destination: volume.destination,
    missing,
    ownerOutside: owner.words,
    ownerInside: `${inside.uid ?? OVERFLOW_ID}:${inside.gid ?? OVERFLOW_ID}`,
    mode: (status.mode & 0o7777).toString(8),
    userInside: `${user.uid}:${user.gid}`,
    userOutside: ids.words(runner).words,
    advice: adviceFor(volume, { ...owner, isCaller: status.uid === ids.callerUid, isSelf: shift === 6, missing }),
  }
}

interface Situation {
  readonly isOurs: boolean
  readonly isCaller: boolean
  readonly isSelf: boolean
  readonly missing: readonly string[]
}

function adviceFor({ source, destination }: Pick<ContainerVolume, 'source' | 'destination'>, now: Situation): string[] {
  const letters = now.missing.map((what) => ({ read: 'r', write: 'w', enter: 'x' })[what] ?? '').join('')
  if (!now.isOurs) {
    return [
      `have its owner or root open it: "chmod o+${letters} ${source}", or an entry of setfacl(1) for you and the container's user`,
    ]
  }
  if (now.isSelf) return [`open it for its owner: "tspod unshare chmod u+${letters} ${source}"`]
  return [
    ...(now.isCaller ? ['run the program with your own id: --userns=keep-id'] : []),
    `give the directory to the container's user: -v ${source}:${destination}:U`,
    `or open it for all: "tspod unshare chmod o+${letters} ${source}"`,
  ]
}
