import { isErrno, TspodError } from '../../base/errors.ts'
import { orMeant } from '../../base/nearest.ts'
import { type ContainerRecord, type ContainerRow, recordOf, rowOf } from './container-row.ts'
import type { Database } from './database.ts'
import { type EndpointRequest, openEndpoints } from './endpoints.ts'
import { freeing } from './freeing.ts'
import { insertPod, type PodRow, podNotFound } from './pods.ts'

export type { ContainerRow } from './container-row.ts'

/** `ref` is a full id, a name, or the beginning of one id; a name wins over the beginning of an id. */
export interface ContainerStore {
  /**
   * With its places in networks, and with a pod that begins with it.
   *
   * @throws {TspodError} E_NAME_IN_USE: another container or a pod has the name
   * @throws {TspodError} E_IMAGE_NOT_FOUND, E_POD_NOT_FOUND: its image or pod went away in the meantime
   * @throws {TspodError} E_NETWORK_NOT_FOUND: one of its networks did
   */
  insert(row: ContainerRow, endpoints?: readonly EndpointRequest[], pod?: PodRow): void
  /** @throws {TspodError} E_AMBIGUOUS_REF */
  find(ref: string): ContainerRow | undefined
  /** @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF */
  resolve(ref: string): ContainerRow
  /** oldest first */
  list(): ContainerRow[]
  /** those in this pod, oldest first */
  ofPod(podId: string): ContainerRow[]
  /** those with `autoRemove` */
  listAutoRemove(): ContainerRow[]
  /** those whose configuration has this id in it somewhere, but for its own */
  mentioning(id: string): ContainerRow[]
  /** of all of them; cheaper than the list */
  ids(): ReadonlySet<string>
  /** Changes some columns. A container that has gone is left gone. */
  update(id: string, patch: Partial<Omit<ContainerRow, 'id'>>): void
  /** As `update`, of one that has ended. True where that was not known yet: to one caller alone, who tells of it. */
  end(id: string, patch: Partial<Omit<ContainerRow, 'id' | 'status'>>): boolean
  /** @throws {TspodError} E_NAME_IN_USE */
  rename(id: string, name: string): void
  remove(id: string): void
}

const ID_PREFIX = /^[0-9a-f]{1,64}$/

export function openContainers(database: Database): ContainerStore {
  const byColumn = (condition: string, value: string): ContainerRecord[] =>
    database.prepare<[string], ContainerRecord>(`SELECT * FROM containers WHERE ${condition} LIMIT 2`).all(value)

  const nameFailure = (error: unknown, name: string): unknown => {
    if (isErrno(error, 'SQLITE_CONSTRAINT_TRIGGER')) return namedAsPod(name, error)
    const [holder] = isErrno(error, 'SQLITE_CONSTRAINT_UNIQUE') ? byColumn('name = ?', name).map(rowOf) : []
    return holder ? nameInUse(name, holder.id) : error
  }

  const insertAlone = (row: ContainerRow): void => {
    const record = recordOf(row)
    const columns = Object.keys(record)
    const values = columns.map((column) => `@${column}`).join(', ')
    try {
      database.prepare(`INSERT INTO containers (${columns.join(', ')}) VALUES (${values})`).run(record)
    } catch (error) {
      throw nameFailure(insertFailure(database, error, row), row.name)
    }
  }

  const names = (): string[] => database.prepare<[], string>('SELECT name FROM containers').pluck().all()

  const change = (id: string, patch: Partial<Omit<ContainerRow, 'id'>>, condition: string): number => {
    const record = recordOf(patch)
    const assignments = Object.keys(record).map((column) => `${column} = @${column}`)
    if (assignments.length === 0) return 0
    const update = `UPDATE containers SET ${assignments.join(', ')} WHERE ${condition}`
    return freeing(database, () => database.prepare(update).run({ ...record, id }).changes)
  }

  const store: ContainerStore = {
    insert(row, endpoints = [], pod = undefined) {
      if (endpoints.length === 0 && !pod) return insertAlone(row)
      database.transaction(() => {
        if (pod) insertPod(database, pod)
        insertAlone(row)
        for (const endpoint of endpoints) openEndpoints(database).add(row.id, endpoint)
      })()
    },
    find(ref) {
      const [exact] = [...byColumn('id = ?', ref), ...byColumn('name = ?', ref)]
      if (exact) return rowOf(exact)
      if (!ID_PREFIX.test(ref)) return undefined
      const [first, second] = byColumn("id GLOB ? || '*'", ref)
      if (first && second) throw ambiguous(ref)
      return first && rowOf(first)
    },
    resolve(ref) {
      const row = store.find(ref)
      if (!row) throw containerNotFound(ref, names())
      return row
    },
    list: () =>
      database.prepare<[], ContainerRecord>('SELECT * FROM containers ORDER BY created_at_ms, id').all().map(rowOf),
    ofPod: (podId) =>
      database
        .prepare<[string], ContainerRecord>('SELECT * FROM containers WHERE pod_id = ? ORDER BY created_at_ms, id')
        .all(podId)
        .map(rowOf),
    mentioning: (id) =>
      database
        .prepare<{ id: string }, ContainerRecord>(
          'SELECT * FROM containers WHERE instr(config, @id) > 0 AND id <> @id ORDER BY created_at_ms, id',
        )
        .all({ id })
        .map(rowOf),
    ids: () => new Set(database.prepare<[], string>('SELECT id FROM containers').pluck().all()),
    listAutoRemove: () =>
      database.prepare<[], ContainerRecord>('SELECT * FROM containers WHERE auto_remove = 1').all().map(rowOf),
    update: (id, patch) => void change(id, patch, 'id = @id'),
    end: (id, patch) => change(id, { ...patch, status: 'exited' }, "id = @id AND status <> 'exited'") > 0,
    rename(id, name) {
      try {
        database.prepare('UPDATE containers SET name = @name WHERE id = @id').run({ id, name })
      } catch (error) {
        throw nameFailure(error, name)
      }
    },
    remove(id) {
      freeing(database, () => database.prepare('DELETE FROM containers WHERE id = ?').run(id))
    },
  }
  return store
}

function insertFailure(database: Database, error: unknown, row: ContainerRow): unknown {
  if (isErrno(error, 'SQLITE_CONSTRAINT_FOREIGNKEY')) {
    const hasPod = database.prepare('SELECT 1 FROM pods WHERE id = ?').get(row.podId) !== undefined
    if (row.podId !== null && !hasPod) return podNotFound(row.podId)
    return new TspodError('E_IMAGE_NOT_FOUND', `the image ${row.imageName} was removed in the meantime`, {
      cause: error,
    })
  }
  return error
}

function containerNotFound(ref: string, names: readonly string[]): TspodError {
  return new TspodError('E_CONTAINER_NOT_FOUND', `no container ${ref}`, {
    hint: orMeant(ref, names, 'list all containers with "tspod ps -a"'),
  })
}

function ambiguous(ref: string): TspodError {
  return new TspodError('E_AMBIGUOUS_REF', `several container ids begin with ${ref}`, { hint: 'give more digits' })
}

function namedAsPod(name: string, cause: unknown): TspodError {
  return new TspodError('E_NAME_IN_USE', `the name ${name} is in use by a pod`, { hint: 'choose another name', cause })
}

function nameInUse(name: string, holder: string): TspodError {
  return new TspodError('E_NAME_IN_USE', `the name ${name} is in use by container ${holder}`, {
    hint: `remove that container with "tspod rm ${holder.slice(0, 12)}", or choose another name`,
  })
}
