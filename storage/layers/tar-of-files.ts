import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, type Stats } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { tarTooLarge } from './errors.ts'
import { MAX_DATA_BYTES, NO_XATTRS, type TarType } from './tar-entry.ts'
import { plainFile, TAR_END, type TarItem, tarHeader, tarPadding } from './tar-writer.ts'
import { readXattrs } from './xattrs.ts'

/** A file that goes into a tar. */
export interface TreeFile {
  /** in the archive, Latin-1, without a slash at its end */
  readonly name: string
  /** where it is; through a descriptor of its directory, so that nothing can be put in its place */
  readonly path: Buffer
  readonly stat: Stats
  /** where the file's own could not be applied when it was unpacked */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
}

/** Turns files into the bytes of a tar, in the order in which they are given. Further names of one become hard links. */
export interface FileTar {
  file(file: TreeFile): Generator<Buffer>
  /** an empty file, such as a whiteout */
  marker(name: string): Buffer
  end(): Buffer
}

const READ_BYTES = 1 << 18
/** O_NONBLOCK: should it have become a fifo meanwhile, nobody waits for a writer. */
const OPEN_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * What is yielded may be overwritten by the next piece. Sockets are left out: they mean nothing without their process.
 * Holes of a file become zeros, and a file can be a hole of any size.
 *
 * @throws {TspodError} E_TAR_TOO_LARGE, while it is made: more than any reader of ours takes
 */
export function createFileTar(): FileTar {
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  const firstNames = new Map<string, string>()
  let dataBytes = 0
  const onSize = (name: string, sizeBytes: number): void => {
    dataBytes += sizeBytes
    if (dataBytes > MAX_DATA_BYTES) throw tarTooLarge(name, sizeBytes)
  }

  return {
    *file(file) {
      const { stat, name } = file
      const type = typeOf(stat)
      if (type === undefined) return
      const key = `${stat.dev}:${stat.ino}`
      const first = type !== 'directory' && stat.nlink > 1 ? firstNames.get(key) : undefined
      if (first !== undefined) {
        yield tarHeader({ ...itemOf(file, 'hardlink'), linkName: first, xattrs: NO_XATTRS })
        return
      }
      if (type === 'file') {
        // One that has gone meanwhile is nothing to link to.
        if (!(yield* regularFile(file, { buffer, onSize }))) return
      } else if (type === 'symlink') {
        const linkName = readLinkIfThere(file.path)
        if (linkName === undefined) return
        yield tarHeader({ ...itemOf(file, type), linkName })
      } else yield tarHeader(type === 'directory' ? { ...itemOf(file, type), name: `${name}/` } : itemOf(file, type))
      if (stat.nlink > 1 && type !== 'directory') firstNames.set(key, name)
    },
    marker: (name) => tarHeader({ ...plainFile(name, 0), mode: 0 }),
    end: () => TAR_END,
  }
}

/** Small pieces put together, so that each is worth a system call. */
export function* batched(pieces: Iterable<Buffer>, sizeBytes = READ_BYTES): Generator<Buffer> {
  const batch = Buffer.allocUnsafe(sizeBytes)
  let filled = 0
  for (const piece of pieces) {
    if (filled + piece.length > sizeBytes && filled > 0) {
      yield batch.subarray(0, filled)
      filled = 0
    }
    if (piece.length >= sizeBytes) yield piece
    else filled += piece.copy(batch, filled)
  }
  if (filled > 0) yield batch.subarray(0, filled)
}

/** Exactly as many bytes as the header says, whatever becomes of the file meanwhile. */
function* regularFile(
  file: TreeFile,
  { buffer, onSize }: { readonly buffer: Buffer; readonly onSize: (name: string, sizeBytes: number) => void },
): Generator<Buffer, boolean> {
  const fd = openIfFile(file.path)
  if (fd === undefined) return false
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) return false
    onSize(file.name, stat.size)
    yield tarHeader({ ...itemOf({ ...file, stat }, 'file'), sizeBytes: stat.size })
    for (let left = stat.size; left > 0; ) {
      const count = readSync(fd, buffer, 0, Math.min(left, buffer.length), null)
      if (count === 0) buffer.fill(0)
      const piece = buffer.subarray(0, count === 0 ? Math.min(left, buffer.length) : count)
      left -= piece.length
      yield piece
    }
    yield tarPadding(stat.size)
    return true
  } finally {
    closeSync(fd)
  }
}

function itemOf({ name, path, stat, owner }: TreeFile, type: TarType): TarItem {
  return {
    type,
    name,
    linkName: '',
    mode: stat.mode & 0o7777,
    uid: owner?.uid ?? stat.uid,
    gid: owner?.gid ?? stat.gid,
    sizeBytes: 0,
    mtimeS: Math.floor(stat.mtimeMs / 1000),
    xattrs: type === 'symlink' ? NO_XATTRS : readXattrs(path),
    ...((type === 'character' || type === 'block') && { device: deviceNumbers(stat.rdev) }),
  }
}

/** Source: makedev(3), glibc. */
function deviceNumbers(rdev: number): { major: number; minor: number } {
  const device = BigInt(rdev)
  return {
    major: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n)),
    minor: Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n)),
  }
}

function typeOf(stat: Stats): TarType | undefined {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'directory'
  if (stat.isSymbolicLink()) return 'symlink'
  if (stat.isFIFO()) return 'fifo'
  if (stat.isCharacterDevice()) return 'character'
  return stat.isBlockDevice() ? 'block' : undefined
}

function readLinkIfThere(path: Buffer): string | undefined {
  try {
    return readlinkSync(path, 'latin1')
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EINVAL', 'ENOTDIR')) return undefined
    throw error
  }
}

function openIfFile(path: Buffer): number | undefined {
  try {
    return openSync(path, OPEN_FILE)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ELOOP', 'ENXIO')) return undefined
    throw error
  }
}
