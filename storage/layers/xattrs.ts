import { isErrno } from '../../base/errors.ts'
import { lgetxattr, llistxattr, type PathBytes } from '../../base/libc.ts'
import { NO_XATTRS } from './tar-entry.ts'

/**
 * Whether an attribute is an image's business. It must not say what an overlay is to believe:
 * `user.overlay.redirect` would lead anywhere in a lower layer.
 */
export function isImageXattr(name: string): boolean {
  return (
    name === 'security.capability' ||
    (name.startsWith('user.') && !name.startsWith('user.overlay.') && !name.startsWith('user.fuseoverlayfs.'))
  )
}

/** The attributes of a file that belong into an image. Links have none. */
export function readXattrs(path: PathBytes): ReadonlyMap<string, Buffer> {
  const names = listXattrs(path).filter(isImageXattr)
  if (names.length === 0) return NO_XATTRS
  const found = new Map<string, Buffer>()
  for (const name of names) {
    const value = readXattr(path, name)
    if (value !== undefined) found.set(name, value)
  }
  return found
}

/** `undefined` where the file has no such attribute. */
export function readXattr(path: PathBytes, name: string): Buffer | undefined {
  try {
    return Buffer.from(lgetxattr(path, name))
  } catch (error) {
    if (isErrno(error, 'ENODATA', 'ENOENT', 'ENOTSUP', 'EOPNOTSUPP')) return undefined
    throw error
  }
}

function listXattrs(path: PathBytes): string[] {
  try {
    return llistxattr(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTSUP', 'EOPNOTSUPP')) return []
    throw error
  }
}
