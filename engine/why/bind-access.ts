import { toContainerId, toHostId } from '../../storage/layers/mapped-ids.ts'
import type { ContainerVolume } from '../container/config.ts'
import type { OciConfig } from '../spec/oci.ts'
import { adviceFor } from './bind-advice.ts'

/** A directory or file of the host that the container's user may not use as it is mounted. */
export interface ClosedBind {
  /** of the mount */
  readonly source: string
  readonly destination: string
  /** what it is about, on the host and inside: the mount itself or something in it */
  readonly hostPath: string
  readonly path: string
  readonly missing: readonly Missing[]
  /** the mount is read-only, whoever it belongs to */
  readonly isReadOnly: boolean
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

export type Missing = 'read' | 'write' | 'enter'

/** What was found of a mount on the host. */
export interface BindPart {
  readonly volume: Pick<ContainerVolume, 'source' | 'destination' | 'options' | 'name'>
  /** '' is the mount itself, `/a/b` something in it */
  readonly below: string
  readonly uid: number
  readonly gid: number
  readonly mode: number
  readonly isDirectory: boolean
}

export interface IdWords {
  /** ids of the machine, of ids as this process sees them */
  words(owner: { readonly uid: number; readonly gid: number }): { readonly words: string; readonly isOurs: boolean }
  /** the caller of tspod is 0, as this process sees ids; else it is the machine's root who asks */
  readonly rootless: boolean
}

const OVERFLOW_ID = 65534

/**
 * What the permissions of a part of a mount keep the container's first user from; undefined where they keep it from
 * nothing. Pure. The lists of acl(5) are not looked at, nor what the program changes its user to.
 *
 * @see path_resolution(7), user_namespaces(7): CAP_DAC_OVERRIDE counts for files whose owner and group are mapped
 */
export function closedBind(
  spec: Pick<OciConfig, 'process' | 'linux'>,
  part: BindPart,
  ids: IdWords,
): ClosedBind | undefined {
  const { inside, runner, groups, mayAll } = identities(spec, part)
  if (mayAll) return undefined
  const shift = runner.uid === part.uid ? 6 : groups.includes(part.gid) ? 3 : 0
  const bits = (part.mode >> shift) & 7
  const missing: Missing[] = [
    ...((bits & 4) === 0 ? (['read'] as const) : []),
    ...((bits & 2) === 0 && !part.volume.options.includes('ro') ? (['write'] as const) : []),
    ...((bits & 1) === 0 && part.isDirectory ? (['enter'] as const) : []),
  ]
  if (missing.length === 0) return undefined
  const closed = describe(part, { ids, inside, runner, user: spec.process.user })
  const isSelf = shift === 6
  const isCaller = ids.rootless && part.uid === 0
  const { isOurs } = ids.words(part)
  return {
    ...closed,
    missing,
    isReadOnly: false,
    advice: adviceFor({ ...closed, missing }, { isOurs, isCaller, isSelf, ...ids, volume: part.volume }),
  }
}

/** A part of a mount that the program was told is read-only; undefined where it is not the mount that is. Pure. */
export function readOnlyBind(
  spec: Pick<OciConfig, 'process' | 'linux'>,
  part: BindPart,
  ids: IdWords,
): ClosedBind | undefined {
  if (!part.volume.options.includes('ro')) return undefined
  const closed = describe(part, { ids, ...identities(spec, part), user: spec.process.user })
  const advice = [`leave "ro" out of its --volume or --mount, if the program is to write to ${part.volume.destination}`]
  return { ...closed, missing: ['write'], isReadOnly: true, advice }
}

function identities({ process, linux }: Pick<OciConfig, 'process' | 'linux'>, { uid, gid }: BindPart) {
  const { uidMappings, gidMappings } = linux
  const { user, capabilities } = process
  const isShared = uidMappings.length === 0
  const outside = (uid: number, gid: number) => ({
    uid: (isShared ? uid : toHostId(uidMappings, uid)) ?? OVERFLOW_ID,
    gid: (isShared ? gid : toHostId(gidMappings, gid)) ?? OVERFLOW_ID,
  })
  const inside = isShared
    ? { uid, gid }
    : { uid: toContainerId(uidMappings, uid), gid: toContainerId(gidMappings, gid) }
  const isMapped = inside.uid !== undefined && inside.gid !== undefined
  const runner = outside(user.uid, user.gid)
  return {
    inside,
    runner,
    groups: [runner.gid, ...user.additionalGids.map((gid) => outside(0, gid).gid)],
    mayAll: isMapped && capabilities.effective.includes('CAP_DAC_OVERRIDE'),
  }
}

interface Known extends Pick<ReturnType<typeof identities>, 'inside' | 'runner'> {
  readonly ids: IdWords
  readonly user: OciConfig['process']['user']
}

function describe(part: BindPart, { ids, inside, runner, user }: Known) {
  const { source, destination } = part.volume
  return {
    source,
    destination,
    hostPath: source + part.below,
    path: destination + part.below,
    ownerOutside: ids.words(part).words,
    ownerInside: `${inside.uid ?? OVERFLOW_ID}:${inside.gid ?? OVERFLOW_ID}`,
    mode: (part.mode & 0o7777).toString(8),
    userInside: `${user.uid}:${user.gid}`,
    userOutside: ids.words(runner).words,
  }
}
