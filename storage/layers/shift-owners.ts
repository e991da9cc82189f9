import { chmodSync, closeSync, lchownSync, lstatSync, openSync, readdirSync, type Stats } from 'node:fs'
import { lsetxattr } from '../../base/libc.ts'
import { type OwnerMap, ownerOutside } from './mapped-ids.ts'
import { OPEN_DIRECTORY } from './open-directory.ts'
import { readXattrs } from './xattrs.ts'

const CAPABILITY_XATTR = 'security.capability'

/**
 * Gives every file of a tree that nobody else uses the owner that stands for its own: what was an
 * image's files becomes a container's.
 *
 * @param onEntry called for every entry
 * @throws {TspodError} E_ID_NOT_MAPPED: an owner that the container's user namespace lacks
 */
export function shiftOwners(tree: string, owners: OwnerMap, onEntry?: () => void): void {
  const walk: Walk = { owners, onEntry, shifted: new Set() }
  const fd = openSync(tree, OPEN_DIRECTORY)
  try {
    shiftDirectory(walk, fd, '')
    shift(walk, Buffer.from(`/proc/self/fd/${fd}/.`), '')
  } finally {
    closeSync(fd)
  }
}

interface Walk {
  readonly owners: OwnerMap
  readonly onEntry: (() => void) | undefined
  /** inodes with several names */
  readonly shifted: Set<number>
}

function shiftDirectory(walk: Walk, fd: number, path: string): void {
  for (const name of readdirSync(`/proc/self/fd/${fd}`, 'buffer')) {
    walk.onEntry?.()
    const at = Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), name])
    const own = `${path}/${name.toString('latin1')}`
    if (shift(walk, at, own).isDirectory()) {
      const inner = openSync(at, OPEN_DIRECTORY)
      try {
        shiftDirectory(walk, inner, own)
      } finally {
        closeSync(inner)
      }
    }
  }
}

/** chown(2) takes set-uid bits and capabilities away. */
function shift({ owners, shifted }: Walk, at: Buffer, path: string): Stats {
  const stat = lstatSync(at)
  const isLinked = stat.nlink > 1 && !stat.isDirectory()
  if (isLinked && shifted.has(stat.ino)) return stat
  if (isLinked) shifted.add(stat.ino)
  const { uid, gid } = ownerOutside(owners, stat, path)
  if (uid === stat.uid && gid === stat.gid) return stat
  const capability = stat.isFile() ? readXattrs(at).get(CAPABILITY_XATTR) : undefined
  lchownSync(at, uid, gid)
  if (stat.isFile() && (stat.mode & 0o6000) !== 0) chmodSync(at, stat.mode & 0o7777)
  if (capability) lsetxattr(at, CAPABILITY_XATTR, capability)
  return stat
}
