import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../base/clock.ts'
import { isErrno, TspodError } from '../base/errors.ts'
import { readTextIfExists } from '../base/files.ts'
import { flock, LOCK } from '../base/libc.ts'

export interface LockOptions {
  /** how long to wait for another holder */
  readonly timeoutMs?: number
  /** what for, in words that complete "process 42 holds it: …" */
  readonly doing?: string
  /** several may hold a shared lock at once, and nobody an exclusive one with it */
  readonly shared?: boolean
  readonly signal?: AbortSignal | undefined
}

/** A held lock. Given back by `using`, `await using`, or by the kernel when the process dies. */
export interface Lock extends AsyncDisposable, Disposable {}

export interface Locks {
  /**
   * Waits, without blocking the event loop, until nobody else holds `kind`/`key`.
   * Not reentrant: a process that asks twice waits for itself.
   *
   * @throws {TspodError} E_LOCK_TIMEOUT, naming the holder
   */
  acquire(kind: string, key: string, options?: LockOptions): Promise<Lock>
  /** `undefined` where another one holds it. */
  tryAcquire(kind: string, key: string, options?: Omit<LockOptions, 'timeoutMs'>): Lock | undefined
  /**
   * Removes the file of a lock whose object is gone. Only for its holder, before giving it back:
   * whoever waits notices that the file is another one now, and starts again.
   */
  forget(kind: string, key: string): void
}

const DEFAULT_TIMEOUT_MS = 30_000
const FIRST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 50
const SAFE_KEY = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/

/**
 * Locks by flock(2) on files in `directory`. A file stays until its lock is forgotten.
 *
 * @param makeRoom is asked for some on a full disk, as who removes something needs a lock, too; false: there is none
 */
export function openLocks(directory: string, makeRoom: () => boolean = () => false): Locks {
  const locks: Locks = {
    async acquire(kind, key, options = {}) {
      const deadlineMs = monotonicMs() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
        const lock = locks.tryAcquire(kind, key, options)
        if (lock) return lock
        const leftMs = deadlineMs - monotonicMs()
        if (leftMs <= 0) throw lockTimeout(kind, key, readHolder(lockFile(directory, kind, key)))
        await sleep(Math.min(pauseMs, leftMs), undefined, options.signal ? { signal: options.signal } : {})
      }
    },
    tryAcquire(kind, key, options = {}) {
      const path = lockFile(directory, kind, key)
      for (;;) {
        const fd = openLockFile(path, makeRoom)
        if (!tryLock(fd, options.shared ? LOCK.shared : LOCK.exclusive)) return undefined
        if (isSameFile(fd, path)) {
          sayHolder(fd, `${process.pid} ${options.doing ?? ''}`)
          return heldLock(fd)
        }
        closeSync(fd)
      }
    },
    forget(kind, key) {
      rmSync(lockFile(directory, kind, key), { force: true })
    },
  }
  return locks
}

function openLockFile(path: string, makeRoom: () => boolean): number {
  const open = (): number => openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  try {
    return open()
  } catch (error) {
    if (!isErrno(error, 'ENOSPC', 'EDQUOT') || !makeRoom()) throw error
    return open()
  }
}

/** For who waits: the lock holds without it, as on a full disk. */
function sayHolder(fd: number, text: string): void {
  try {
    ftruncateSync(fd)
    writeSync(fd, text, 0)
  } catch (error) {
    if (!isErrno(error, 'ENOSPC', 'EDQUOT')) throw error
  }
}

/** Takes the lock, or closes the file. */
function tryLock(fd: number, operation: number): boolean {
  try {
    flock(fd, operation | LOCK.nonBlocking)
    return true
  } catch (error) {
    closeSync(fd)
    if (isErrno(error, 'EAGAIN')) return false
    throw error
  }
}

/** False where the file was removed, and perhaps made anew, between opening and locking it. */
function isSameFile(fd: number, path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino
}

function heldLock(fd: number): Lock {
  const held = { fd: fd as number | undefined }
  const release = (): void => {
    if (held.fd !== undefined) closeSync(held.fd)
    held.fd = undefined
  }
  return { [Symbol.dispose]: release, [Symbol.asyncDispose]: async () => release() }
}

function lockFile(directory: string, kind: string, key: string): string {
  const safe = SAFE_KEY.test(key) ? key : createHash('sha256').update(key).digest('hex')
  return join(directory, `${kind}-${safe}`)
}

/** `42 pulling alpine`, or '' where the holder did not get to write it. */
function readHolder(file: string): string {
  return readTextIfExists(file)?.trim() ?? ''
}

function lockTimeout(kind: string, key: string, holder: string): TspodError {
  const [pid = '', ...doing] = holder.split(' ')
  const purpose = doing.length === 0 ? '' : ` (${doing.join(' ')})`
  const by = pid === '' ? '' : `: process ${pid} holds it${purpose}`
  return new TspodError('E_LOCK_TIMEOUT', `the lock on ${kind} ${key} did not become free${by}`, {
    hint: pid === '' ? 'try again' : `wait for process ${pid}, or end it`,
  })
}
