import { closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { lgetxattr, llistxattr } from '../../base/libc.ts'

const SLASH = Buffer.from('/')
const READ_BYTES = 1 << 18

/**
 * The first difference between two unpacked layers, in words, or undefined. Compares names, types,
 * modes, owners, times, links, extended attributes and content; of directories and whiteouts the
 * time means nothing.
 */
export function compareTrees(expected: string, actual: string): string | undefined {
  return compareNodes(Buffer.from(expected), Buffer.from(actual), '')
}

function compareNodes(expected: Buffer, actual: Buffer, path: string): string | undefined {
  const shown = path === '' ? 'its root' : Buffer.from(path, 'latin1').toString('utf8')
  const stat = lstatSync(actual, { throwIfNoEntry: false })
  if (!stat) return `${shown} is missing`
  const wanted = lstatSync(expected)
  const kind = differenceOf(wanted, stat)
  if (kind !== undefined) return `${shown} has another ${kind}`
  if (hasOtherAttributes(expected, actual)) return `${shown} has other extended attributes`
  if (wanted.isSymbolicLink()) {
    return readlinkSync(expected, 'buffer').equals(readlinkSync(actual, 'buffer'))
      ? undefined
      : `${shown} leads elsewhere`
  }
  if (wanted.isFile()) return isSameContent(expected, actual) ? undefined : `${shown} has another content`
  return wanted.isDirectory() ? compareDirectories(expected, actual, path) : undefined
}

function compareDirectories(expected: Buffer, actual: Buffer, path: string): string | undefined {
  const names = readdirSync(expected, { encoding: 'buffer' })
    .map((name) => name.toString('latin1'))
    .sort()
  const known = new Set(names)
  const below = (name: string): string => (path === '' ? name : `${path}/${name}`)
  const extra = readdirSync(actual, { encoding: 'buffer' })
    .map((name) => name.toString('latin1'))
    .find((name) => !known.has(name))
  if (extra !== undefined) return `${Buffer.from(below(extra), 'latin1').toString('utf8')} does not belong there`
  for (const name of names) {
    const at = (directory: Buffer): Buffer => Buffer.concat([directory, SLASH, Buffer.from(name, 'latin1')])
    const difference = compareNodes(at(expected), at(actual), below(name))
    if (difference !== undefined) return difference
  }
  return undefined
}

function differenceOf(wanted: Stats, stat: Stats): string | undefined {
  const type = (one: Stats): number => one.mode & constants.S_IFMT
  if (type(wanted) !== type(stat)) return 'type'
  if (!wanted.isSymbolicLink() && wanted.mode !== stat.mode) return 'mode'
  if (wanted.uid !== stat.uid || wanted.gid !== stat.gid) return 'owner'
  if (wanted.rdev !== stat.rdev) return 'device number'
  if (wanted.isDirectory() || wanted.isCharacterDevice()) return undefined
  if (wanted.isFile() && wanted.size !== stat.size) return 'size'
  if (wanted.isFile() && wanted.nlink !== stat.nlink) return 'number of names'
  return Math.trunc(wanted.mtimeMs) === Math.trunc(stat.mtimeMs) ? undefined : 'time'
}

function hasOtherAttributes(expected: Buffer, actual: Buffer): boolean {
  const [wanted, found] = [attributesOf(expected), attributesOf(actual)]
  return (
    wanted.length !== found.length ||
    wanted.some((name, index) => name !== found[index] || !lgetxattr(expected, name).equals(lgetxattr(actual, name)))
  )
}

/** Those an image can have; a security module adds others. */
function attributesOf(path: Buffer): string[] {
  try {
    return llistxattr(path)
      .filter((name) => name.startsWith('user.') || name === 'security.capability')
      .sort()
  } catch (error) {
    if (isErrno(error, 'ENOTSUP', 'EOPNOTSUPP', 'EPERM')) return []
    throw error
  }
}

function isSameContent(expected: Buffer, actual: Buffer): boolean {
  const fds = [openSync(expected, 'r')]
  try {
    fds.push(openSync(actual, constants.O_RDONLY | constants.O_NOFOLLOW))
    const [one = 0, other = 0] = fds
    const buffers = [Buffer.allocUnsafe(READ_BYTES), Buffer.allocUnsafe(READ_BYTES)] as const
    for (;;) {
      const count = readFully(one, buffers[0])
      if (readFully(other, buffers[1]) !== count) return false
      if (!buffers[0].subarray(0, count).equals(buffers[1].subarray(0, count))) return false
      if (count < READ_BYTES) return true
    }
  } finally {
    for (const fd of fds) closeSync(fd)
  }
}

function readFully(fd: number, buffer: Buffer): number {
  let total = 0
  while (total < buffer.length) {
    const count = readSync(fd, buffer, total, buffer.length - total, null)
    if (count === 0) break
    total += count
  }
  return total
}
