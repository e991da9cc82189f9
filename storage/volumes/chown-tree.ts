import { closeSync, fchownSync, fstatSync, lchownSync, readdirSync } from 'node:fs'
import type { Owner } from '../layers/mapped-ids.ts'
import { openIfDirectory } from '../layers/open-directory.ts'

const MAX_DEPTH = 1000

/**
 * Gives `path` and all below it to `owner`. Follows no link: a link gets the owner, and what it
 * leads to does not.
 */
export function chownTree(path: string | Buffer, owner: Owner): void {
  const fd = openIfDirectory(path)
  if (fd === undefined) lchownSync(path, owner.uid, owner.gid)
  else chownOpened(fd, owner, 0)
}

/** Closes `fd`. What has the owner already is left alone, so that a second time costs no write. */
function chownOpened(fd: number, owner: Owner, depth: number): void {
  try {
    const { uid, gid } = fstatSync(fd)
    if (uid !== owner.uid || gid !== owner.gid) fchownSync(fd, owner.uid, owner.gid)
    if (depth > MAX_DEPTH) return
    for (const name of readdirSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' })) {
      const at = Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), name])
      const child = openIfDirectory(at)
      if (child === undefined) lchownSync(at, owner.uid, owner.gid)
      else chownOpened(child, owner, depth + 1)
    }
  } finally {
    closeSync(fd)
  }
}
