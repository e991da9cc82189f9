import { readlinkSync, type Stats } from 'node:fs'
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
 */
export function diffTrees(older: readonly string[], newer: readonly string[]): Change[] {
  using one = openMergedRoot(older)
  using other = openMergedRoot(newer)
  const changes: Change[] = []
  diffDirectories({ one, other, path: '', depth: 0 }, changes)
  return changes
}

interface Pair {
  readonly one: MergedDirectory
  readonly other: MergedDirectory
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
  const kind = !old ? 'added' : isDifferent(old, now) ? 'changed' : undefined
  const inside: Change[] = []
  if (now.stat.isDirectory()) {
    // What was no directory before has nothing to compare with.
    using one = old?.stat.isDirectory() ? openMergedChild(pair.one, name) : nothing()
    using other = openMergedChild(pair.other, name)
    diffDirectories({ one, other, path, depth: pair.depth + 1 }, inside)
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
function isDifferent(old: MergedEntry, now: MergedEntry): boolean {
  const [before, after] = [old.stat, now.stat]
  if (isSameFile(before, after)) return false
  if (before.mode !== after.mode || before.uid !== after.uid || before.gid !== after.gid) return true
  if (before.isDirectory()) return false
  if (before.isSymbolicLink()) return !readlinkSync(old.path, 'buffer').equals(readlinkSync(now.path, 'buffer'))
  return (
    before.rdev !== after.rdev || before.size !== after.size || Math.trunc(before.mtimeMs) !== Math.trunc(after.mtimeMs)
  )
}
