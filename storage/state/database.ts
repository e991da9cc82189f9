import Sqlite from 'better-sqlite3'
import { bundledAddon } from '../../base/bundled-addon.ts'
import { monotonicMs } from '../../base/clock.ts'
import { isErrno, messageOf, TspodError } from '../../base/errors.ts'
import { isNoRoom } from './freeing.ts'
import { migrate } from './migrate.ts'
import { giveUpReserve, keepReserve } from './reserve.ts'

export type Database = Sqlite.Database

/** How long a writer waits for another one: they take milliseconds, but for a first start of many at once. */
const BUSY_TIMEOUT_MS = 20_000
const RETRY_MS = 5

/** A process that finds the log of one that has ended reads it through, so it is kept short. Source: sqlite.org, wal.html. */
const CHECKPOINT_PAGES = 200

/**
 * Opens the state, new or not, ready for use.
 *
 * WAL with `synchronous = NORMAL`: a crash of tspod loses nothing; a power cut may lose the last
 * transactions, and corrupts nothing. Source: sqlite.org, pragma.html. On a full disk the reserve makes
 * room for the index of the log, and is made again behind it.
 *
 * @throws {TspodError} E_STATE_TOO_NEW, E_STATE_CORRUPT
 */
export function openDatabase(path: string): Database {
  const database = openWithRoom(path)
  keepReserve(path)
  return database
}

function openWithRoom(path: string): Database {
  try {
    return openReady(path)
  } catch (error) {
    if (!isNoRoom(error) || !giveUpReserve(path)) throw error
    return openReady(path)
  }
}

function openReady(path: string): Database {
  const addon = bundledAddon('better_sqlite3')
  const database = new Sqlite(path, {
    timeout: BUSY_TIMEOUT_MS,
    ...(addon && { nativeBinding: addon as unknown as string }),
  })
  try {
    enterWal(database)
    database.pragma('synchronous = NORMAL')
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    migrate(database)
    return database
  } catch (error) {
    database.close()
    if (!isErrno(error, 'SQLITE_CORRUPT', 'SQLITE_NOTADB')) throw error
    throw new TspodError('E_STATE_CORRUPT', `${path} is damaged: ${messageOf(error)}`, { cause: error })
  }
}

// SQLite does not wait by itself where two processes change the mode of a new file at once.
function enterWal(database: Database): void {
  for (const deadlineMs = monotonicMs() + BUSY_TIMEOUT_MS; ; ) {
    try {
      database.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!isErrno(error, 'SQLITE_BUSY', 'SQLITE_BUSY_RECOVERY') || monotonicMs() > deadlineMs) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
    }
  }
}
