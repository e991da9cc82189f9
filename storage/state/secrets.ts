import { isErrno, TspodError } from '../../base/errors.ts'
import type { Database } from './database.ts'
import { freeing } from './freeing.ts'

/** What is known of a secret, but for what it is. */
export interface SecretRow {
  /** 25 hexadecimal digits, as podman's */
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly driverOptions: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

interface SecretRecord {
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly driver_options: string
  readonly labels: string
  readonly created_at_ms: number
  readonly updated_at_ms: number
}

export interface SecretRows {
  /** @throws {TspodError} E_SECRET_EXISTS */
  insert(row: SecretRow): void
  /** In one step, so that at no time there is none of the name. */
  replace(oldId: string, row: SecretRow): void
  /** By name, id or the beginning of one id. @throws {TspodError} E_AMBIGUOUS_REF */
  find(ref: string): SecretRow | undefined
  /** by name */
  list(): SecretRow[]
  remove(id: string): void
}

export function openSecretRows(database: Database): SecretRows {
  const select = (condition: string, value: string): SecretRow[] =>
    database.prepare<[string], SecretRecord>(`SELECT * FROM secrets WHERE ${condition} LIMIT 2`).all(value).map(rowOf)
  const rows: SecretRows = {
    insert(row) {
      try {
        database
          .prepare('INSERT INTO secrets VALUES (?, ?, ?, ?, ?, ?, ?)')
          .run(
            row.id,
            row.name,
            row.driver,
            JSON.stringify(row.driverOptions),
            JSON.stringify(row.labels),
            row.createdAtMs,
            row.updatedAtMs,
          )
      } catch (error) {
        if (isErrno(error, 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY')) throw secretExists(row.name)
        throw error
      }
    },
    replace: (oldId, row) =>
      database.transaction(() => {
        rows.remove(oldId)
        rows.insert(row)
      })(),
    find(ref) {
      const [exact] = [...select('name = ?', ref), ...select('id = ?', ref)]
      if (exact || !/^[0-9a-f]{1,64}$/.test(ref)) return exact
      const [first, second] = select("id GLOB ? || '*'", ref)
      if (second) {
        throw new TspodError('E_AMBIGUOUS_REF', `several secrets' ids begin with ${ref}`, { hint: 'give more digits' })
      }
      return first
    },
    list: () => database.prepare<[], SecretRecord>('SELECT * FROM secrets ORDER BY name').all().map(rowOf),
    remove(id) {
      freeing(database, () => database.prepare('DELETE FROM secrets WHERE id = ?').run(id))
    },
  }
  return rows
}

function secretExists(name: string): TspodError {
  return new TspodError('E_SECRET_EXISTS', `there is a secret ${name} already`, {
    hint: `use "tspod secret create --replace", or remove it with "tspod secret rm ${name}"`,
  })
}

function rowOf(record: SecretRecord): SecretRow {
  return {
    id: record.id,
    name: record.name,
    driver: record.driver,
    driverOptions: JSON.parse(record.driver_options) as Record<string, string>,
    labels: JSON.parse(record.labels) as Record<string, string>,
    createdAtMs: record.created_at_ms,
    updatedAtMs: record.updated_at_ms,
  }
}
