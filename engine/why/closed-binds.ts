import { lstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT } from '../../base/errors.ts'
import type { ContainerConfig, ContainerVolume } from '../container/config.ts'
import type { Engine } from '../engine.ts'
import { describeOwner } from '../rootless/describe-owner.ts'
import { type BindPart, type ClosedBind, closedBind, readOnlyBind } from './bind-access.ts'
import type { IdWords } from './bind-identities.ts'
import { type RefusedPath, refusedPaths } from './refused-paths.ts'

/** Longer ways nobody looks at. */
const MOST_PARTS = 64

/** All mounts of a container that its user may not use in some way; what is in them is not looked at. */
export function closedBinds({ host }: Pick<Engine, 'host'>, { spec, volumes }: Mounted): ClosedBind[] {
  return volumes.filter(isPlain).flatMap((volume) => {
    const part = partOf(volume, '')
    return part && part !== 'link' ? (closedBind(spec, part, idWords(host)) ?? []) : []
  })
}

/**
 * What of its mounts keeps a container's program from what its last lines say it was refused; only what is named
 * there is looked at, so it is no guess.
 *
 * @param exitCode 126 is that of a shell which was to run what it names. Source: POSIX, sh, "EXIT STATUS"
 */
export function refusedBinds(
  engine: Pick<Engine, 'host'>,
  config: Mounted,
  { lines, exitCode }: { readonly lines: readonly string[]; readonly exitCode: number },
): ClosedBind[] {
  const isProgram = exitCode === EXIT.notExecutable
  const refused = refusedPaths(lines, config.spec.process.cwd).map((path) => ({ ...path, isProgram }))
  return closedOn(engine, config, refused)
}

type Mounted = Pick<ContainerConfig, 'spec' | 'volumes'>

/** What of its mounts keeps a container's program from these paths. */
export function closedOn(
  { host }: Pick<Engine, 'host'>,
  { spec, volumes }: Mounted,
  paths: readonly RefusedPath[],
): ClosedBind[] {
  const found = paths.flatMap((refused) => {
    const volume = volumes.filter(({ destination }) => isWithin(refused.path, destination)).sort(byDepth)[0]
    if (!volume || !isPlain(volume)) return []
    const way = wayTo(volume, refused)
    const last = way.pop()
    if (!last) return []
    const ids = idWords(host)
    if (refused.isReadOnly) return readOnlyBind(spec, last, ids) ?? []
    const { isProgram = false } = refused
    return firstClosed([...way, { ...last, isProgram }], (part) => closedBind(spec, part, ids)) ?? []
  })
  return found.filter(({ path }, index) => found.findIndex((other) => other.path === path) === index)
}

/** A directory that may not be entered on the way, what is at its end, or else the directory that this is in. */
function firstClosed(way: readonly BindPart[], look: (part: BindPart) => ClosedBind | undefined) {
  const closed = way.map(look)
  const last = closed.pop()
  const around = closed.at(-1)
  const isWritable = way.at(-1)?.isProgram || !around?.missing.includes('write')
  return closed.find((bind) => bind?.missing.includes('enter')) ?? last ?? (isWritable ? undefined : around)
}

/**
 * The mount and each directory on the way, down to what is refused or as far as there is anything. No link is
 * followed, as it leads where the container says: what is behind one is not known.
 */
function wayTo(volume: ContainerVolume, { path, mustExist }: RefusedPath): BindPart[] {
  const way: BindPart[] = []
  const names = path.slice(volume.destination.length).split('/').filter(Boolean)
  const parts = names.slice(0, MOST_PARTS).map((_, index) => `/${names.slice(0, index + 1).join('/')}`)
  for (const below of ['', ...parts]) {
    const part = partOf(volume, below)
    if (part === 'link' || (!part && mustExist)) return []
    if (!part) return way
    way.push(part)
  }
  return way
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`)
}

function byDepth(a: ContainerVolume, b: ContainerVolume): number {
  return b.destination.length - a.destination.length
}

/** Its files are those of the host, with their owners. */
function isPlain({ type, overlay, options }: ContainerVolume): boolean {
  return type !== 'image' && !overlay && !options.includes('idmap')
}

function idWords({ rootless }: Engine['host']): IdWords {
  return { words: describeOwner, rootless }
}

/** undefined: there is nothing, or nothing that we may see. */
function partOf(volume: ContainerVolume, below: string): BindPart | 'link' | undefined {
  try {
    const stats = below === '' ? statSync(volume.source) : lstatSync(join(volume.source, below))
    if (stats.isSymbolicLink()) return 'link'
    return { volume, below, uid: stats.uid, gid: stats.gid, mode: stats.mode, isDirectory: stats.isDirectory() }
  } catch (error) {
    // Whatever the kernel has against it: a file system that has gone, too, is no error of who asks why.
    if (error instanceof Error && 'errno' in error) return undefined
    throw error
  }
}
