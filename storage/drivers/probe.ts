import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import type { StoragePaths } from '../paths.ts'
import { removeTree } from '../remove-tree.ts'
import type { Facts } from '../state/facts.ts'
import { temporaryPath } from '../temporary.ts'
import type { DriverName } from './driver.ts'

export interface OverlayProbe {
  readonly lower: string
  /** of which lower files take their data */
  readonly data?: string
  readonly upper: string
  readonly work: string
  readonly target: string
}

export interface ProbeOptions {
  /** Mounts an overlay as a container would; why that failed, or undefined. */
  readonly tryOverlay: (probe: OverlayProbe) => string | undefined
  /** absolute path of a program, or undefined */
  readonly findProgram: (name: string) => string | undefined
  readonly warn: (line: string) => void
}

export interface DriverChoice {
  readonly driver: DriverName
  /** the better ones, and why each is not the one */
  readonly tried: readonly { readonly name: DriverName; readonly reason: string }[]
}

/**
 * Which driver works here: native overlay, else fuse-overlayfs, else vfs.
 *
 * What was found is remembered as long as kernel, file system, id mapping and program stay the
 * same; that it is the worst is said once, when it is found.
 */
export function chooseDriver(paths: StoragePaths, facts: Facts, options: ProbeOptions): DriverChoice {
  const key = `driver ${release()} ${statfsSync(paths.root).type.toString(16)} ${idMapSummary()}`
  const known = facts.get(key)
  if (known !== undefined) {
    const { choice, program } = JSON.parse(known) as { choice: DriverChoice; program: string | null }
    if (choice.driver === 'overlay' || program === (options.findProgram('fuse-overlayfs') ?? null)) return choice
  }
  const choice = probe(paths, options)
  if (choice.driver === 'vfs') {
    const reasons = choice.tried.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
    options.warn(`the storage driver is vfs, which copies whole images (${reasons})`)
  }
  facts.set(key, JSON.stringify({ choice, program: options.findProgram('fuse-overlayfs') ?? null }))
  return choice
}

/** An overlay may be had with one mapping of ids and not with another. Source: user_namespaces(7). */
function idMapSummary(): string {
  return (readTextIfExists('/proc/self/uid_map') ?? '').trim().replace(/\s+/g, ' ')
}

function probe(paths: StoragePaths, { tryOverlay, findProgram }: ProbeOptions): DriverChoice {
  const overlay = probeOverlay(paths, tryOverlay)
  if (overlay === undefined) return { driver: 'overlay', tried: [] }
  const tried = [{ name: 'overlay', reason: overlay } as const]
  if (findProgram('fuse-overlayfs') === undefined) {
    return { driver: 'vfs', tried: [...tried, { name: 'fuse-overlayfs', reason: 'the program is not installed' }] }
  }
  if (!hasFuse()) {
    return { driver: 'vfs', tried: [...tried, { name: 'fuse-overlayfs', reason: '/dev/fuse cannot be opened' }] }
  }
  return { driver: 'fuse-overlayfs', tried }
}

function probeOverlay(paths: StoragePaths, tryOverlay: ProbeOptions['tryOverlay']): string | undefined {
  const base = temporaryPath(paths.temporary, 'probe')
  const directory = (name: string): string => join(base, name)
  const at = {
    lower: directory('lower'),
    upper: directory('upper'),
    work: directory('work'),
    target: directory('target'),
  }
  try {
    for (const path of Object.values(at)) mkdirSync(path, { recursive: true, mode: 0o700 })
    return tryOverlay(at)
  } finally {
    removeTree(base)
  }
}

function hasFuse(): boolean {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK)
    return true
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EACCES', 'EPERM', 'EROFS')) return false
    throw error
  }
}
