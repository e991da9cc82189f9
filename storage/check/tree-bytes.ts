import { closeSync, lstatSync, openSync, readdirSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { OPEN_DIRECTORY } from '../layers/open-directory.ts'
import { LONG_PATH_BYTES } from '../remove-tree.ts'

const SLASH = Buffer.from('/')

/**
 * The bytes of all files below `path`, however deep, or of the file that it is; a file of several
 * names counts once. 0 where there is nothing. What disappears meanwhile does not count.
 */
export function treeBytes(path: string): number {
  const walk: Walk = { ahead: [Buffer.from(path)], seen: new Set() }
  let total = 0
  try {
    for (let next = walk.ahead.pop(); next !== undefined; next = walk.ahead.pop()) {
      if (typeof next === 'number') closeSync(next)
      else total += bytesOf(next, walk)
    }
    return total
  } finally {
    for (const left of walk.ahead) if (typeof left === 'number') closeSync(left)
  }
}

interface Walk {
  /** paths, and descriptors of directories that nothing further ahead is in */
  readonly ahead: (Buffer | number)[]
  readonly seen: Set<string>
}

function bytesOf(path: Buffer, { ahead, seen }: Walk): number {
  const stat = ifThere(() => lstatSync(path))
  if (stat?.isDirectory()) {
    const directory = shortPath(path, ahead)
    for (const name of ifThere(() => readdirSync(directory, { encoding: 'buffer' })) ?? []) {
      ahead.push(Buffer.concat([directory, SLASH, name]))
    }
  }
  if (!stat?.isFile()) return 0
  if (stat.nlink > 1) {
    const file = `${stat.dev}:${stat.ino}`
    if (seen.has(file)) return 0
    seen.add(file)
  }
  return stat.size
}

/** The kernel takes no path that is longer, so what is so deep is reached through a descriptor. */
function shortPath(path: Buffer, ahead: (Buffer | number)[]): Buffer {
  if (path.length <= LONG_PATH_BYTES) return path
  const fd = ifThere(() => openSync(path, OPEN_DIRECTORY))
  if (fd === undefined) return path
  ahead.push(fd)
  return Buffer.from(`/proc/self/fd/${fd}`)
}

function ifThere<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) return undefined
    throw error
  }
}
