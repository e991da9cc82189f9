import { chmodSync, fchmodSync, fchownSync, futimesSync, lchownSync, lutimesSync, utimesSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { lsetxattr, type PathBytes } from '../../base/libc.ts'
import type { DirectoryMetadata } from './tree.ts'
import { isImageXattr } from './xattrs.ts'

/** The attribute that makes a directory of an overlay hide the lower ones. Source: kernel documentation, overlayfs.rst. */
export const OPAQUE_XATTR = 'user.overlay.opaque'

export interface MetadataWriter {
  /** Owner, mode, attributes and time of a regular file that is open, in the order that keeps all of them. */
  file(fd: number, path: PathBytes, name: string, metadata: DirectoryMetadata): void
  /** As `file`, of a directory or fifo. */
  path(path: PathBytes, name: string, metadata: DirectoryMetadata): void
  /** Owner and time: the mode of a link means nothing. */
  link(path: PathBytes, name: string, metadata: DirectoryMetadata): void
  opaque(path: PathBytes): void
  /** owners that could not be applied */
  readonly owners: (readonly [name: string, uid: number, gid: number])[]
  /** attributes that this file system or kernel did not take, or that are none of an image's business */
  readonly dropped: { xattrs: number }
}

export interface Ids {
  readonly uid: number
  readonly gid: number
}

/** @param self the ids that new files get by themselves */
export function createMetadataWriter(self: Ids): MetadataWriter {
  const owners: (readonly [string, number, number])[] = []
  const dropped = { xattrs: 0 }
  const refused = new Set<string>()

  // An id that is not mapped here is not tried again for every file.
  const chown = (name: string, { uid, gid }: Ids, apply: () => void): void => {
    if (uid === self.uid && gid === self.gid) return
    const ids = `${uid}:${gid}`
    if (!refused.has(ids)) {
      try {
        apply()
        return
      } catch (error) {
        if (!isErrno(error, 'EPERM', 'EINVAL')) throw error
        refused.add(ids)
      }
    }
    owners.push([name, uid, gid])
  }

  const setXattrs = (path: PathBytes, { xattrs }: DirectoryMetadata): void => {
    for (const [name, value] of xattrs) {
      if (!isImageXattr(name) || !trySetXattr(path, name, value)) dropped.xattrs++
    }
  }

  return {
    owners,
    dropped,
    // chown(2) takes set-uid bits and capabilities away, so it comes first.
    file(fd, path, name, metadata) {
      chown(name, metadata, () => fchownSync(fd, metadata.uid, metadata.gid))
      fchmodSync(fd, metadata.mode)
      if (metadata.xattrs.size > 0) setXattrs(path, metadata)
      futimesSync(fd, ...bothTimes(metadata))
    },
    path(path, name, metadata) {
      const node = typeof path === 'string' ? path : Buffer.from(path)
      chown(name, metadata, () => lchownSync(node, metadata.uid, metadata.gid))
      chmodSync(node, metadata.mode)
      if (metadata.xattrs.size > 0) setXattrs(path, metadata)
      utimesSync(node, ...bothTimes(metadata))
    },
    link(path, name, metadata) {
      const node = typeof path === 'string' ? path : Buffer.from(path)
      chown(name, metadata, () => lchownSync(node, metadata.uid, metadata.gid))
      if (metadata.xattrs.size > 0) setXattrs(path, metadata)
      lutimesSync(node, ...bothTimes(metadata))
    },
    opaque(path) {
      if (!trySetXattr(path, OPAQUE_XATTR, Buffer.from('y'))) dropped.xattrs++
    },
  }
}

function trySetXattr(path: PathBytes, name: string, value: Uint8Array): boolean {
  try {
    lsetxattr(path, name, value)
    return true
  } catch (error) {
    // EINVAL: a capability that this kernel does not know; ERANGE, E2BIG, ENOSPC: larger than this file system takes
    if (isErrno(error, 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EINVAL', 'ERANGE', 'E2BIG', 'ENOSPC')) return false
    throw error
  }
}

/** For access and change. Node takes a negative number for "now", but not a date before 1970. */
function bothTimes({ mtimeS }: DirectoryMetadata): [number | Date, number | Date] {
  const time = mtimeS < 0 ? new Date(mtimeS * 1000) : mtimeS
  return [time, time]
}
