import { closeSync } from 'node:fs'
import { isErrno, TspodError } from '../../base/errors.ts'
import { openHandle } from '../../storage/copying/descriptors.ts'
import { type Inside, walkInside } from '../../storage/copying/walk-inside.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { parseContainerConfig } from './config.ts'
import { openContainerRoot } from './container-root.ts'
import type { CopyOptions } from './copy.ts'
import { type ContainerIds, containerIds } from './copy-owner.ts'
import { notADirectory, notFound, type PathWords, wordsOf } from './copy-rules.ts'

/** One end of a copy that is made of files: the host's, or a container's. */
export interface CopySide extends AsyncDisposable {
  /** handle of its root directory */
  readonly root: number
  /** what a relative path is relative to */
  readonly base: string
  /** `on the host`, `on container web` */
  readonly where: string
  /** of a container; absent for the host */
  readonly ids?: ContainerIds
}

export function openHostSide(engine: Engine): CopySide {
  const root = openHandle('/')
  return { root, base: engine.cwd, where: 'on the host', [Symbol.asyncDispose]: async () => closeSync(root) }
}

/** @throws {TspodError} what openContainerRoot throws */
export async function openContainerSide(
  engine: Engine,
  row: ContainerRow,
  { relativeTo, isInside = false }: Pick<CopyOptions, 'relativeTo' | 'isInside'>,
): Promise<CopySide> {
  const config = parseContainerConfig(row.config)
  const held = await openContainerRoot(engine, row)
  const caller = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  // fuse-overlayfs keeps the numbers of the container, and its mount in the container's namespace maps them.
  const isServedHere = row.driver === 'fuse-overlayfs' && !held.isRunning
  return {
    root: held.fd,
    base: relativeTo === 'root' ? '/' : config.spec.process.cwd,
    where: `on container ${row.name}`,
    ids: containerIds(config, { caller, isInside, areTheirs: isInside || isServedHere }),
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  }
}

/** A path that was looked up; `inside` holds handles. */
export interface FoundPath extends Disposable {
  readonly inside: Inside
  readonly words: PathWords
  /** as the user knows it, for messages */
  readonly shown: string
}

/**
 * Looks a path up inside the side's root.
 *
 * @param followLast where the last name is a link, what it leads to is meant
 * @throws {TspodError} E_NO_SUCH_FILE, E_NOT_A_DIRECTORY: something on the way; E_NOT_PERMITTED, E_BAD_PATH
 */
export function findPath(side: CopySide, typed: string, followLast: boolean): FoundPath {
  if (typed.includes('\0')) throw new TspodError('E_BAD_PATH', `a NUL in the path ${JSON.stringify(typed)}`)
  const { path, ...words } = wordsOf(typed, side.base)
  const shown = `${JSON.stringify(path)} could not be found ${side.where}`
  try {
    const bytes = Buffer.from(path).toString('latin1')
    const inside = walkInside(side.root, bytes, { followLast: followLast || words.assertsDirectory })
    return { inside, words, shown, [Symbol.dispose]: () => inside[Symbol.dispose]() }
  } catch (error) {
    throw explainPath(error, shown)
  }
}

/** As `findPath`, of what is to be copied: it is there, and a directory where it was named as one. */
export function findSource(side: CopySide, typed: string, followLast: boolean) {
  const found = findPath(side, typed, followLast)
  const { stat } = found.inside
  if (stat && (stat.isDirectory() || !found.words.assertsDirectory)) return { ...found, stat }
  found[Symbol.dispose]()
  throw stat ? notADirectory(found.shown) : notFound(found.shown)
}

function explainPath(error: unknown, shown: string): unknown {
  if (isErrno(error, 'ENOENT')) return notFound(shown)
  if (isErrno(error, 'ENOTDIR')) return notADirectory(shown)
  if (isErrno(error, 'ELOOP')) return new TspodError('E_NO_SUCH_FILE', `${shown}: too many links`)
  if (isErrno(error, 'ENAMETOOLONG')) return new TspodError('E_NO_SUCH_FILE', `${shown}: the name is too long`)
  if (isErrno(error, 'EACCES', 'EPERM')) return new TspodError('E_NOT_PERMITTED', `${shown}: permission denied`)
  return error
}
