import { readlinkSync, type Stats } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { type OwnerMap, ownerInside } from '../layers/mapped-ids.ts'
import {
  type MergedDirectory,
  type MergedEntry,
  openMergedChild,
  openMergedRoot,
  readMerged,
} from './merged-directory.ts'

export type ChangeKind = 'added' | 'changed' | 'deleted'

export interface Change {
  readonly kind: ChangeKind
  /** absolute, in Latin-1 */
  readonly path: string
}

const MAX_DEPTH = 1000

/**
 * What differs between two file systems, each given by the directories it is put together from,
 * the topmost first. In the order of the paths; of what was deleted only the uppermost directory.
 *
 * A directory in which something changed is changed itself, as in docker and podman. Where both
 * have the very same directories there is nothing to look at, so a few changes to a large image
 * are found at once.
 *
 * @param topOwners how the topmost directory of the newer is owned, where it is of a container with a map of ids
 */
export function diffTrees(older: readonly string[], newer: readonly string[], topOwners?: OwnerMap): Change[] {
  using one = openMergedRoot(older)
  using other = openMergedRoot(newer)
  const changes: Change[] = []
  const top = topOwners && { layer: newer[0], owners: topOwners }
  diffDirectories({ one, other, top, path: '', depth: 0 }, changes)
  return changes
}

interface TopOwners {
  readonly layer: string | undefined
  readonly owners: OwnerMap
}

interface Pair {
  readonly one: MergedDirectory
  readonly other: MergedDirectory
  readonly top: TopOwners | undefined
  readonly path: string
  readonly depth: number
}

function diffDirectories(pair: Pair, changes: Change[]): void {
  if (isSameDirectory(pair.one, pair.other) || pair.depth > MAX_DEPTH) return
  const [before, after] = [readMerged(pair.one), readMerged(pair.other)]
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    diffEntry({ ...pair, path: `${pair.path}/${name}` }, { name, old: before.get(name), now: after.get(name) }, changes)
  }
}

interface Named {
  readonly name: string
  readonly old: MergedEntry | undefined
  readonly now: MergedEntry | undefined
}

function diffEntry(pair: Pair, { name, old, now }: Named, changes: Change[]): void {
  const { path } = pair
  if (!now) {
    changes.push({ kind: 'deleted', path })
    return
  }
  const kind = !old ? 'added' : isDifferent(old, now, pair.top) ? 'changed' : undefined
  const inside: Change[] = []
  if (now.stat.isDirectory()) {
    // What was no directory before has nothing to compare with.
    using one = old?.stat.isDirectory() ? openMergedChild(pair.one, name) : nothing()
    using other = openMergedChild(pair.other, name)
    diffDirectories({ ...pair, one, other, path, depth: pair.depth + 1 }, inside)
  }
  if (kind !== undefined) changes.push({ kind, path })
  else if (inside.length > 0) changes.push({ kind: 'changed', path })
  changes.push(...inside)
}

function nothing(): MergedDirectory {
  return { parts: [], [Symbol.dispose]: () => undefined }
}

function isSameDirectory({ parts: some }: MergedDirectory, { parts: others }: MergedDirectory): boolean {
  return some.length === others.length && some.every(({ stat }, index) => isSameFile(stat, others[index]?.stat))
}

function isSameFile(one: Stats, other: Stats | undefined): boolean {
  return one.ino === other?.ino && one.dev === other.dev
}

/** Source: containers/storage, changes_unix.go: size and time of a directory say nothing. */
function isDifferent(old: MergedEntry, now: MergedEntry, top: TopOwners | undefined): boolean {
  const [before, after] = [old.stat, now.stat]
  if (isSameFile(before, after)) return false
  const owner = top && now.layer === top.layer ? ownerInside(top.owners, after) : after
  if (before.mode !== after.mode || before.uid !== owner.uid || before.gid !== owner.gid) return true
  if (before.isDirectory()) return false
  if (before.isSymbolicLink()) return targetOf(old) !== targetOf(now)
  return (
    before.rdev !== after.rdev || before.size !== after.size || Math.trunc(before.mtimeMs) !== Math.trunc(after.mtimeMs)
  )
}

/** undefined where it is no link any more: the container may go on while we look. */
function targetOf({ path }: MergedEntry): string | undefined {
  try {
    return readlinkSync(path, 'latin1')
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EINVAL')) return undefined
    throw error
  }
}
