import { closeSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno, reasonOf, TspodError } from '../base/errors.ts'
import { explainNoSpace } from '../storage/errors.ts'
import { temporaryPath } from '../storage/temporary.ts'

/** Where we write. */
interface DiskPlaces {
  readonly root: string
  readonly runroot: string
}

/** Calls whose ENOSPC is of another limit than the disk's. Source: inotify_add_watch(2). */
const OTHER_LIMITS = ['watch', 'inotify_add_watch']
/** Less than this is nothing: what files take is counted in blocks. */
const SOME_BYTES = 16 << 10

/**
 * An error of the system that nobody expected where it came up, in words: the disk is full, its quota used up, it
 * is read-only, it fails, files may not be so large (RLIMIT_FSIZE), or the directory that we are in is gone. Every
 * other error comes back as it is.
 *
 * @param places undefined where the command line has not been understood yet
 */
export function explainErrno(error: unknown, places?: DiskPlaces): unknown {
  if (!(error instanceof Error) || error instanceof TspodError) return error
  // node's own, of any relative path
  if ('syscall' in error && error.syscall === 'uv_cwd') return noDirectory(error)
  if (places === undefined) return error
  if (isErrno(error, 'ENOSPC') && OTHER_LIMITS.includes(error.syscall ?? '')) return error
  if (isStateError(error)) return explainState(error, places)
  const path = pathOf(error) ?? (isErrno(error, 'ENOSPC') ? fullOne(places) : places.root)
  return explainDisk(error, path)
}

function noDirectory(cause: Error): TspodError {
  const hint = 'go to one that is there, with "cd"'
  return new TspodError('E_NO_DIRECTORY', 'the directory you are in has been removed', { hint, cause })
}

function explainDisk(error: Error, path: string): unknown {
  const reason = isErrno(error, 'EROFS', 'EFBIG', 'EIO') ? REASONS[error.code ?? ''] : undefined
  if (!reason) return explainNoSpace(error, path)
  const [why, hint] = reason
  return new TspodError('E_CANNOT_WRITE', `could not write ${path}: ${why}`, { hint, cause: error })
}

const REASONS: Readonly<Record<string, readonly [why: string, hint: string]>> = {
  EROFS: ['the file system is read-only', 'mount it writable, or choose another place with --root and --runroot'],
  EFBIG: ['it would be larger than files may be', 'raise that limit with "ulimit -f unlimited"'],
  EIO: ['the disk fails', 'look for its errors with dmesg(1), or choose another place with --root'],
}

/** SQLite does not say which error of the system it met. */
function isStateError(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && /^SQLITE_(IOERR|CANTOPEN|READONLY|FULL)/.test(error.code)
}

function explainState(error: Error, { root }: DiskPlaces): unknown {
  const database = join(root, 'state.db')
  if (isErrno(error, 'SQLITE_FULL')) return explainNoSpace(error, database)
  const found = writeFailure(root, database)
  const explained = found && explainDisk(found, database)
  if (explained instanceof TspodError) return explained
  return new TspodError('E_CANNOT_WRITE', `could not write ${database}: ${found ? reasonOf(found) : error.message}`, {
    hint: 'see that the directory and the files in it are yours, and that the disk works',
    cause: error,
  })
}

/** What writing as far into a file as SQLite did meets. */
function writeFailure(root: string, database: string): Error | undefined {
  const path = temporaryPath(join(root, 'tmp'), 'probe')
  const sizes = [database, `${database}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0)
  try {
    const fd = openSync(path, 'wx', 0o600)
    try {
      const end = Math.max(...sizes) + SOME_BYTES
      // Up to a limit the kernel writes a part, and says why it does no more the next time.
      for (let at = end - SOME_BYTES; at < end; ) at += writeSync(fd, Buffer.alloc(end - at, 1), 0, end - at, at)
    } finally {
      closeSync(fd)
      rmSync(path, { force: true })
    }
    return undefined
  } catch (error) {
    return error instanceof Error ? error : undefined
  }
}

function pathOf(error: Error): string | undefined {
  return 'path' in error && typeof error.path === 'string' ? error.path : undefined
}

/** A failed write(2) has no path. */
function fullOne({ root, runroot }: DiskPlaces): string {
  return [root, runroot].find(isFull) ?? root
}

function isFull(path: string): boolean {
  try {
    const { bavail, bsize, ffree, files } = statfsSync(path)
    return bavail * bsize < SOME_BYTES || (files > 0 && ffree === 0)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EACCES')) return false
    throw error
  }
}
