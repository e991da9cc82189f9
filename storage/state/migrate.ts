import { TspodError } from '../../base/errors.ts'
import type { Database } from './database.ts'
import { start } from './migrations/001-start.ts'
import { images } from './migrations/002-images.ts'
import { lifecycle } from './migrations/003-lifecycle.ts'
import { networks } from './migrations/004-networks.ts'
import { pods } from './migrations/005-pods.ts'

/** In order; the number of a migration is its place here, from 1. None is ever changed once released. */
const MIGRATIONS: readonly string[] = [start, images, lifecycle, networks, pods]

/**
 * Brings the database up to date. Any number of processes may try at the same time: one does it.
 * @throws {TspodError} E_STATE_TOO_NEW: written by a later version of tspod
 */
export function migrate(database: Database, migrations: readonly string[] = MIGRATIONS): void {
  if (versionOf(database, migrations) === migrations.length) return
  database
    .transaction(() => {
      const version = versionOf(database, migrations)
      for (const sql of migrations.slice(version)) database.exec(sql)
      database.pragma(`user_version = ${migrations.length}`)
    })
    .immediate()
}

function versionOf(database: Database, migrations: readonly string[]): number {
  const version = Number(database.pragma('user_version', { simple: true }))
  if (version > migrations.length) {
    throw new TspodError(
      'E_STATE_TOO_NEW',
      `${database.name} was written by a later tspod (schema ${version}, this one knows ${migrations.length})`,
      { hint: 'use that version, or another directory with --root' },
    )
  }
  return version
}
