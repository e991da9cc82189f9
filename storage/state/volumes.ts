import type { Database } from './database.ts'
import { freeing } from './freeing.ts'

export interface VolumeRow {
  readonly name: string
  readonly createdAtMs: number
  readonly labels: Readonly<Record<string, string>>
  /** made for one container, which gave it no name */
  readonly anonymous: boolean
  /** what `volume create` was told: `type`, `device`, `o`, and `uid` and `gid` of the one it belongs to */
  readonly options: Readonly<Record<string, string>>
  /** it has been filled from an image, or is not to be */
  readonly filled: boolean
}

/** An anonymous volume whose container has not come to be: `maker` is the pid and the start time of who makes it. */
interface UnfinishedVolume {
  readonly name: string
  readonly maker: string
}

interface VolumeRecord {
  readonly name: string
  readonly created_at_ms: number
  readonly labels: string
  readonly anonymous: number
  readonly options: string
  readonly filled: number
}

export interface VolumeRows {
  /** Nothing where there is one of this name. `maker` goes from the row when a container with the volume comes. */
  insert(row: VolumeRow, maker?: string): void
  find(name: string): VolumeRow | undefined
  list(): VolumeRow[]
  markFilled(name: string): void
  remove(name: string): void
  unfinished(): UnfinishedVolume[]
}

export function openVolumeRows(database: Database): VolumeRows {
  const columns = 'name, created_at_ms, labels, anonymous, options, filled'
  const find = (name: string): VolumeRecord | undefined =>
    database.prepare<[string], VolumeRecord>(`SELECT ${columns} FROM volumes WHERE name = ?`).get(name)
  return {
    insert({ name, createdAtMs, labels, anonymous, options, filled }, maker) {
      const [labelsJson, optionsJson] = [JSON.stringify(labels), JSON.stringify(options)]
      database
        .prepare(`INSERT OR IGNORE INTO volumes (${columns}, maker) VALUES (?, ?, ?, ?, ?, ?, ?)`)
        .run(name, createdAtMs, labelsJson, anonymous ? 1 : 0, optionsJson, filled ? 1 : 0, maker ?? null)
    },
    find(name) {
      const record = find(name)
      return record && rowOf(record)
    },
    list: () => database.prepare<[], VolumeRecord>(`SELECT ${columns} FROM volumes ORDER BY name`).all().map(rowOf),
    markFilled(name) {
      database.prepare('UPDATE volumes SET filled = 1 WHERE name = ?').run(name)
    },
    remove(name) {
      freeing(database, () => database.prepare('DELETE FROM volumes WHERE name = ?').run(name))
    },
    unfinished: () =>
      database.prepare<[], UnfinishedVolume>('SELECT name, maker FROM volumes WHERE maker IS NOT NULL').all(),
  }
}

function rowOf(record: VolumeRecord): VolumeRow {
  return {
    name: record.name,
    createdAtMs: record.created_at_ms,
    labels: JSON.parse(record.labels) as Record<string, string>,
    anonymous: record.anonymous !== 0,
    options: JSON.parse(record.options) as Record<string, string>,
    filled: record.filled !== 0,
  }
}
