import { closeSync, constants, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'

/**
 * Space that is kept for a full disk: a file beside the database, removed when a change that makes
 * room finds none for itself, and made again when that has made some. What such a change writes is a
 * few pages, and their copy into the database.
 */
export const RESERVE_BYTES = 512 << 10
const STEP_BYTES = 64 << 10

function reserveFile(database: string): string {
  return `${database}-reserve`
}

/** Its blocks are free afterwards. False where there was none. */
export function giveUpReserve(database: string): boolean {
  const path = reserveFile(database)
  const hasSome = reserveSize(path) > 0
  rmSync(path, { force: true })
  return hasSome
}

/** Costs one stat(2) where it is there. As much of it as the disk has room for; that it has none is no failure. */
export function keepReserve(database: string): void {
  const path = reserveFile(database)
  const sizeBytes = reserveSize(path)
  if (sizeBytes >= RESERVE_BYTES) return
  try {
    fill(path, sizeBytes)
  } catch (error) {
    if (!isErrno(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG', 'EACCES', 'EPERM', 'EIO', 'ENOENT')) throw error
  }
}

function reserveSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** Random bytes: a file system that compresses would keep nothing for others. Source: random(4). */
function fill(path: string, fromBytes: number): void {
  const [random, reserve] = [
    openSync('/dev/urandom', 'r'),
    openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o600),
  ]
  try {
    const step = Buffer.allocUnsafe(STEP_BYTES)
    for (let offset = fromBytes; offset < RESERVE_BYTES; ) {
      const count = readSync(random, step, 0, Math.min(STEP_BYTES, RESERVE_BYTES - offset), null)
      offset += writeSync(reserve, step, 0, count, offset)
    }
  } finally {
    closeSync(random)
    closeSync(reserve)
  }
}
