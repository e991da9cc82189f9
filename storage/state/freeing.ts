import { statSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import type { Database } from './database.ts'
import { giveUpReserve, RESERVE_BYTES } from './reserve.ts'

/** SQLite knows a full disk (ENOSPC), and takes a quota or a failing disk for an error of input and output. */
const NO_ROOM = [
  'SQLITE_FULL',
  'SQLITE_CANTOPEN',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_TRUNCATE',
  'SQLITE_IOERR_SHMOPEN',
  'SQLITE_IOERR_SHMSIZE',
  'SQLITE_IOERR_SHMMAP',
]
/** What one change adds to the log, at most some pages. */
const CHANGE_BYTES = 128 << 10

/** Whether the database could not be written for want of room, as far as SQLite can tell. */
export function isNoRoom(error: unknown): boolean {
  return isErrno(error, ...NO_ROOM)
}

/**
 * Carries out a change that makes room, or that records an end: on a full disk it begins the log
 * anew, which needs no room once all of it is in the database, and else takes the reserve.
 * A part of a transaction is left to that as a whole.
 */
export function freeing<T>(database: Database, change: () => T): T {
  for (const makeRoom of [beginLogAnew, spendReserve]) {
    try {
      return change()
    } catch (error) {
      if (!isNoRoom(error) || database.inTransaction) throw error
      makeRoom(database)
    }
  }
  return change()
}

function spendReserve(database: Database): void {
  if (giveUpReserve(database.name) && growthBytes(database) + CHANGE_BYTES < RESERVE_BYTES) beginLogAnew(database)
}

/** By how much the file grows when the log is copied into it. */
function growthBytes(database: Database): number {
  const pages = Number(database.pragma('page_count', { simple: true }))
  const pageBytes = Number(database.pragma('page_size', { simple: true }))
  return pages * pageBytes - statSync(database.name).size
}

/** Whoever writes next begins at its front, where nobody reads it any more. Source: sqlite.org, wal.html, "Checkpointing". */
function beginLogAnew(database: Database): void {
  try {
    database.pragma('wal_checkpoint(PASSIVE)')
  } catch (error) {
    if (!isNoRoom(error)) throw error
  }
}
