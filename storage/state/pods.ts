import { isErrno, TspodError } from '../../base/errors.ts'
import { orMeant } from '../../base/nearest.ts'
import type { Database } from './database.ts'
import { freeing } from './freeing.ts'

/** A group of containers that share namespaces. */
export interface PodRow {
  /** 64 hexadecimal digits */
  readonly id: string
  readonly name: string
  readonly createdAtMs: number
  readonly labels: Readonly<Record<string, string>>
  /** the container that holds the namespaces */
  readonly infraId: string | null
  /** JSON that the engine owns and parses */
  readonly config: unknown
}

/** `ref` is a full id, a name, or the beginning of one id; a name wins over the beginning of an id. */
export interface PodStore {
  /** One that holds no namespaces; others come with their first container. @throws {TspodError} E_NAME_IN_USE */
  insert(row: PodRow): void
  /** @throws {TspodError} E_AMBIGUOUS_REF */
  find(ref: string): PodRow | undefined
  /** @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF */
  resolve(ref: string): PodRow
  /** oldest first */
  list(): PodRow[]
  /** @throws {TspodError} E_POD_IN_USE: containers are in it */
  remove(id: string): void
}

type PodRecord = Readonly<Record<string, string | number | null>>

const ID_PREFIX = /^[0-9a-f]{1,64}$/

export function openPods(database: Database): PodStore {
  const select = (condition: string, value: string): PodRow[] =>
    database.prepare<[string], PodRecord>(`SELECT * FROM pods WHERE ${condition} LIMIT 2`).all(value).map(rowOf)
  const store: PodStore = {
    insert: (row) => insertPod(database, row),
    find(ref) {
      const [exact] = [...select('id = ?', ref), ...select('name = ?', ref)]
      if (exact || !ID_PREFIX.test(ref)) return exact
      const [first, second] = select("id GLOB ? || '*'", ref)
      if (!second) return first
      throw new TspodError('E_AMBIGUOUS_REF', `several pod ids begin with ${ref}`, { hint: 'give more digits' })
    },
    resolve(ref) {
      const row = store.find(ref)
      if (row) return row
      throw podNotFound(
        ref,
        store.list().map(({ name }) => name),
      )
    },
    list: () => database.prepare<[], PodRecord>('SELECT * FROM pods ORDER BY created_at_ms, id').all().map(rowOf),
    remove(id) {
      try {
        freeing(database, () => database.prepare('DELETE FROM pods WHERE id = ?').run(id))
      } catch (error) {
        if (!isErrno(error, 'SQLITE_CONSTRAINT_FOREIGNKEY')) throw error
        throw new TspodError('E_POD_IN_USE', `containers have come into the pod ${id.slice(0, 12)} meanwhile`, {
          cause: error,
        })
      }
    },
  }
  return store
}

/** For who inserts its first container along with it, too. @throws {TspodError} E_NAME_IN_USE */
export function insertPod(database: Database, { id, name, createdAtMs, labels, infraId, config }: PodRow): void {
  try {
    database
      .prepare('INSERT INTO pods VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, name, createdAtMs, JSON.stringify(labels), infraId, JSON.stringify(config))
  } catch (error) {
    if (!isErrno(error, 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_TRIGGER')) throw error
    throw new TspodError('E_NAME_IN_USE', `the name ${name} is in use by another pod or container`, {
      hint: 'choose another name, or replace a pod with --replace',
    })
  }
}

export function podNotFound(ref: string, names: readonly string[] = []): TspodError {
  return new TspodError('E_POD_NOT_FOUND', `no pod ${ref}`, {
    hint: orMeant(ref, names, 'list all pods with "tspod pod ps"'),
  })
}

function rowOf(record: PodRecord): PodRow {
  const text = (column: string): string => String(record[column] ?? '')
  return {
    id: text('id'),
    name: text('name'),
    createdAtMs: Number(record['created_at_ms']),
    labels: JSON.parse(text('labels')) as Record<string, string>,
    infraId: record['infra_id'] === null ? null : text('infra_id'),
    config: JSON.parse(text('config')),
  }
}
