import { mkdirSync } from 'node:fs'
import { isErrno, TspodError } from '../../base/errors.ts'
import type { StoragePaths } from '../paths.ts'
import { removeTree } from '../remove-tree.ts'
import type { Database } from '../state/database.ts'
import { openVolumeRows, type VolumeRow } from '../state/volumes.ts'

export interface Volume extends VolumeRow {
  /** the directory that is mounted */
  readonly path: string
}

export interface VolumeStore {
  /**
   * Makes the volume where there is none of this name; an existing one is left as it is.
   * @throws {TspodError} E_BAD_VOLUME_NAME
   */
  ensure(name: string, options?: { readonly labels?: Readonly<Record<string, string>> }): Volume
  /** @throws {TspodError} E_BAD_VOLUME_NAME, E_VOLUME_EXISTS */
  create(name: string, options?: { readonly labels?: Readonly<Record<string, string>> }): Volume
  find(name: string): Volume | undefined
  /** @throws {TspodError} E_VOLUME_NOT_FOUND */
  resolve(name: string): Volume
  /** by name */
  list(): Volume[]
  /** With all that is in it; nothing where there is none. Whether a container uses it is the caller's to know. */
  remove(name: string): void
}

/** Source: podman-volume-create(1), as docker's. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/

export function openVolumes(database: Database, paths: StoragePaths): VolumeStore {
  const rows = openVolumeRows(database)
  const volumeOf = (row: VolumeRow): Volume => ({ ...row, path: paths.volumeData(row.name) })
  const store: VolumeStore = {
    ensure: (name, options) => store.find(name) ?? make(name, options?.labels ?? {}),
    create(name, options) {
      if (store.find(name)) throw new TspodError('E_VOLUME_EXISTS', `there is a volume ${name} already`)
      return make(name, options?.labels ?? {})
    },
    find: (name) => {
      const row = rows.find(name)
      return row && volumeOf(row)
    },
    resolve(name) {
      const volume = store.find(name)
      if (!volume) {
        throw new TspodError('E_VOLUME_NOT_FOUND', `no volume ${name}`, { hint: 'list them with "tspod volume ls"' })
      }
      return volume
    },
    list: () => rows.list().map(volumeOf),
    remove(name) {
      if (!NAME.test(name)) return
      removeTree(paths.volume(name))
      rows.remove(name)
    },
  }

  // The directory first: a volume in the database has one.
  const make = (name: string, labels: Readonly<Record<string, string>>): Volume => {
    if (!NAME.test(name)) throw badName(name)
    const path = paths.volumeData(name)
    mkdirSync(paths.volume(name), { recursive: true, mode: 0o700 })
    try {
      mkdirSync(path, { mode: 0o755 })
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error
    }
    rows.insert({ name, createdAtMs: Date.now(), labels })
    return store.resolve(name)
  }
  return store
}

function badName(name: string): TspodError {
  return new TspodError('E_BAD_VOLUME_NAME', `${JSON.stringify(name.slice(0, 100))} is not a name for a volume`, {
    hint: 'use letters, digits, "_", "." and "-", with a letter or digit first',
  })
}
