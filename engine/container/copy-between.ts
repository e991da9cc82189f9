import { closeSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import { copyTree } from '../../storage/copying/copy-tree.ts'
import { openChildHandle } from '../../storage/copying/descriptors.ts'
import type { PutOptions } from '../../storage/copying/put.ts'
import type { CopyOptions } from './copy.ts'
import { copiedOwner } from './copy-owner.ts'
import { type CopyTarget, notADirectory, placeCopy } from './copy-rules.ts'
import { type CopySide, type FoundPath, findPath, findSource } from './copy-side.ts'

/** A path of one side. */
export interface SidePath {
  readonly side: CopySide
  readonly path: string
}

/** Copies a file or a directory from one side to the other, where the rules have it go. */
export function copyBetween(from: SidePath, to: SidePath, options: CopyOptions): void {
  using source = findSource(from.side, from.path, options.followLink)
  using target = findPath(to.side, to.path, true)
  const { name, contents } = source.words
  const placement = placeCopy({ name, contents, isDirectory: source.stat.isDirectory() }, targetOf(to.side, target))
  const what = { fd: source.inside.fd, name: source.inside.name, stat: source.stat }
  const put = putOptions(from.side, to.side, options)
  if (placement.as === 'itself') {
    copyTree(what, { fd: target.inside.fd, name: target.inside.name, path: pathOf(target, -1) }, put)
    return
  }
  const directory = openChildHandle(target.inside.fd, target.inside.name)
  if (directory === undefined) throw notADirectory(target.shown)
  try {
    const bytes = placement.as === 'child' ? Buffer.from(placement.name).toString('latin1') : undefined
    copyTree(what, { fd: directory, name: bytes, path: pathOf(target) }, put)
  } finally {
    closeSync(directory)
  }
}

function targetOf(side: CopySide, { inside, words, shown }: FoundPath): CopyTarget {
  const { stat } = inside
  // Docker refuses what is neither on the host, too: a device there is no place for a copy.
  if (stat && !side.ids && !stat.isDirectory() && !stat.isFile()) {
    throw new TspodError('E_BAD_PATH', `${pathOf({ inside })} must be a directory or a regular file`)
  }
  const there = !stat ? 'nothing' : stat.isDirectory() ? 'directory' : 'other'
  return { there, assertsDirectory: words.assertsDirectory, shown }
}

/** How things are made on the one side that come from the other. */
export function putOptions(from: CopySide | undefined, to: CopySide, options: CopyOptions): PutOptions {
  const { owner, overwrite } = options
  return {
    ownerOf: copiedOwner(from?.ids, to.ids, owner),
    redress: owner === 'kept',
    overwrite,
    // What is set-user-ID root in a container would be so for the caller on the host.
    keepRights: to.ids !== undefined || owner === 'kept',
    onNote: (line) => options.onNote(line),
    onBytes: (count) => options.onBytes(count),
  }
}

/** For messages: where it is in its root, without a link. */
function pathOf({ inside }: Pick<FoundPath, 'inside'>, end?: number): string {
  return `/${inside.parts
    .slice(0, end)
    .map((part) => Buffer.from(part, 'latin1').toString())
    .join('/')}`
}
