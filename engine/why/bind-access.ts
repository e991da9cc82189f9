import type { ContainerVolume } from '../container/config.ts'
import { adviceFor } from './bind-advice.ts'
import { type IdSpec, type IdWords, identities } from './bind-identities.ts'

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

export type Missing = 'read' | 'write' | 'enter' | 'run'

/** What was found of a mount on the host. */
export interface BindPart {
  readonly volume: Pick<ContainerVolume, 'source' | 'destination' | 'options' | 'name'>
  /** '' is the mount itself, `/a/b` something in it */
  readonly below: string
  readonly uid: number
  readonly gid: number
  readonly mode: number
  readonly isDirectory: boolean
  /** it was to be run */
  readonly isProgram?: boolean
}

/**
 * What the permissions of a part of a mount keep the container's first user from; undefined where they keep it from
 * nothing. Pure. The lists of acl(5) are not looked at, nor what the program changes its user to.
 *
 * @see path_resolution(7)
 */
export function closedBind(spec: IdSpec, part: BindPart, ids: IdWords): ClosedBind | undefined {
  const known = identities(spec, part, ids)
  const missing = missingOf(part, { bits: (part.mode >> known.shift) & 7, mayAll: known.mayAll })
  if (missing.length === 0) return undefined
  const { rootless } = ids
  const isCaller = rootless && part.uid === 0
  const advice = adviceFor(part, { missing, rootless, isCaller, ...known })
  return { ...describe(part, known), missing, isReadOnly: false, advice }
}

/** A part of a mount that the program was told is read-only; undefined where it is not the mount that is. Pure. */
export function readOnlyBind(spec: IdSpec, part: BindPart, ids: IdWords): ClosedBind | undefined {
  if (!part.volume.options.includes('ro')) return undefined
  const advice = [`leave "ro" out of its --volume or --mount, if the program is to write to ${part.volume.destination}`]
  return { ...describe(part, identities(spec, part, ids)), missing: ['write'], isReadOnly: true, advice }
}

/** @see capabilities(7), CAP_DAC_OVERRIDE: a file that nobody may run it does not run either; a directory nobody runs */
function missingOf(
  { volume, mode, isDirectory, isProgram }: BindPart,
  { bits, mayAll }: { readonly bits: number; readonly mayAll: boolean },
): Missing[] {
  const lacks = (bit: number): boolean => !mayAll && (bits & bit) === 0
  const missing: Missing[] = lacks(4) ? ['read'] : []
  if (isProgram && isDirectory) return []
  if (isProgram) return (mayAll ? mode & 0o111 : bits & 1) === 0 ? [...missing, 'run'] : missing
  if (lacks(2) && !volume.options.includes('ro')) missing.push('write')
  if (lacks(1) && isDirectory) missing.push('enter')
  return missing
}

function describe(part: BindPart, known: ReturnType<typeof identities>) {
  const { source, destination } = part.volume
  const { ownerOutside, ownerInside, userInside, userOutside } = known
  return {
    source,
    destination,
    hostPath: source + part.below,
    path: destination + part.below,
    ownerOutside,
    ownerInside,
    mode: (part.mode & 0o7777).toString(8),
    userInside,
    userOutside,
  }
}
