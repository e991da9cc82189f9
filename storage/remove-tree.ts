import { chmodSync, lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs'
import { isErrno } from '../base/errors.ts'
import { randomHex } from '../base/random.ts'

const SLASH = Buffer.from('/')

/**
 * Room for one name more below PATH_MAX: who goes down step by step, as a container may, gets
 * deeper than the kernel takes as one path. Source: path_resolution(7), limits.h.
 */
export const LONG_PATH_BYTES = 4096 - 256 - 1

/**
 * Removes `path` and all below it, however deep; nothing where there is nothing. Follows no symbolic
 * link, takes names that are no UTF-8, and directories that their owner may not enter.
 */
export function removeTree(path: string | Buffer): void {
  const bytes = Buffer.from(path)
  try {
    if (lstatSync(bytes).isDirectory()) removeDirectory(bytes, bytes)
    else unlinkSync(bytes)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
}

function removeDirectory(path: Buffer, top: Buffer): void {
  try {
    emptyDirectory(path, top)
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EPERM')) throw error
    chmodSync(path, 0o700)
    emptyDirectory(path, top)
  }
  rmdirSync(path)
}

/** Removes all that is in a directory, and not the directory. What is too deep comes up to `top` first. */
function emptyDirectory(path: Buffer, top: Buffer): void {
  let hasMore = true
  while (hasMore) {
    for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'buffer' })) {
      const child = Buffer.concat([path, SLASH, entry.name])
      if (!entry.isDirectory()) unlinkSync(child)
      else if (child.length <= LONG_PATH_BYTES) removeDirectory(child, top)
      else renameSync(child, Buffer.concat([top, SLASH, Buffer.from(`deep-${randomHex(8)}`)]))
    }
    hasMore = path === top && readdirSync(path).length > 0
  }
}

/** Removes all that is in the directory `path`, and not the directory. */
export function clearDirectory(path: string): void {
  const bytes = Buffer.from(path)
  emptyDirectory(bytes, bytes)
}
