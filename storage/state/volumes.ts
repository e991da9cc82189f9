import type { Database } from './database.ts'

export interface VolumeRow {
  readonly name: string
  readonly createdAtMs: number
  readonly labels: Readonly<Record<string, string>>
}

interface VolumeRecord {
  readonly name: string
  readonly created_at_ms: number
  readonly labels: string
}

export interface VolumeRows {
  /** Nothing where there is one of this name. */
  insert(row: VolumeRow): void
  find(name: string): VolumeRow | undefined
  list(): VolumeRow[]
  remove(name: string): void
}

export function openVolumeRows(database: Database): VolumeRows {
  const find = (name: string): VolumeRecord | undefined =>
    database.prepare<[string], VolumeRecord>('SELECT * FROM volumes WHERE name = ?').get(name)
  return {
    insert({ name, createdAtMs, labels }) {
      database
        .prepare('INSERT OR IGNORE INTO volumes (name, created_at_ms, labels) VALUES (?, ?, ?)')
        .run(name, createdAtMs, JSON.stringify(labels))
    },
    find(name) {
      const record = find(name)
      return record && rowOf(record)
    },
    list: () => database.prepare<[], VolumeRecord>('SELECT * FROM volumes ORDER BY name').all().map(rowOf),
    remove(name) {
      database.prepare('DELETE FROM volumes WHERE name = ?').run(name)
    },
  }
}

function rowOf(record: VolumeRecord): VolumeRow {
  return {
    name: record.name,
    createdAtMs: record.created_at_ms,
    labels: JSON.parse(record.labels) as Record<string, string>,
  }
}
