import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { isErrno, TspodError } from '../../base/errors.ts'
import { orMeant } from '../../base/nearest.ts'
import { isProcess, processStartTime } from '../../base/process-start.ts'
import type { StoragePaths } from '../paths.ts'
import { removeTree } from '../remove-tree.ts'
import type { Database } from '../state/database.ts'
import { openVolumeRows, type VolumeRow } from '../state/volumes.ts'

export interface Volume extends VolumeRow {
  /** the directory that is mounted */
  readonly path: string
}

export interface NewVolume {
  readonly labels?: Readonly<Record<string, string>>
  readonly options?: Readonly<Record<string, string>>
  /** nobody chose its name */
  readonly anonymous?: boolean
}

export interface VolumeStore {
  /**
   * Makes the volume where there is none of this name; an existing one is left as it is.
   * @throws {TspodError} E_BAD_VOLUME_NAME
   */
  ensure(name: string, made?: Omit<NewVolume, 'anonymous'>): Volume
  /** @throws {TspodError} E_BAD_VOLUME_NAME, E_VOLUME_EXISTS */
  create(name: string, made?: NewVolume): Volume
  /** Makes a volume for a container that this process is about to make. One that never gets it is swept. */
  createAnonymous(name: string): Volume
  find(name: string): Volume | undefined
  /** @throws {TspodError} E_VOLUME_NOT_FOUND */
  resolve(name: string): Volume
  /** by name */
  list(): Volume[]
  /** It is not to be filled from an image any more. */
  markFilled(name: string): void
  /** With all that is in it; nothing where there is none. Whether a container uses it is the caller's to know. */
  remove(name: string): void
  /** Names of volumes that were made for a container which has not come to be yet. */
  unfinished(): ReadonlySet<string>
  /** Removes anonymous volumes whose maker was killed before it made their container. Cheap where there are none. */
  sweepUnfinished(): void
  /** Removes directories of volumes that never came to be. What has something in it stays. */
  sweepEmpty(nowMs: number): void
}

/** Source: podman-volume-create(1), as docker's. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/

export function openVolumes(database: Database, paths: StoragePaths): VolumeStore {
  const rows = openVolumeRows(database)
  const volumeOf = (row: VolumeRow): Volume => ({ ...row, path: paths.volumeData(row.name) })
  const store: VolumeStore = {
    ensure: (name, made) => store.find(name) ?? make({ name, ...made, anonymous: false }),
    create(name, made) {
      if (store.find(name)) throw new TspodError('E_VOLUME_EXISTS', `there is a volume ${name} already`)
      return make({ anonymous: false, name, ...made })
    },
    createAnonymous: (name) => make({ name, anonymous: true }, `${process.pid} ${processStartTime('self') ?? ''}`),
    find: (name) => {
      const row = rows.find(name)
      return row && volumeOf(row)
    },
    resolve(name) {
      const volume = store.find(name)
      if (volume) return volume
      const names = rows.list().map((row) => row.name)
      throw new TspodError('E_VOLUME_NOT_FOUND', `no volume ${name}`, {
        hint: orMeant(name, names, 'list them with "tspod volume ls"'),
      })
    },
    list: () => rows.list().map(volumeOf),
    markFilled: rows.markFilled,
    remove(name) {
      if (!NAME.test(name)) return
      removeTree(paths.volume(name))
      rows.remove(name)
    },
    unfinished: () => new Set(rows.unfinished().map(({ name }) => name)),
    sweepUnfinished() {
      for (const { name, maker } of rows.unfinished()) {
        const [pid, startTime = ''] = maker.split(' ')
        if (!isProcess(Number(pid), startTime)) store.remove(name)
      }
    },
    sweepEmpty(nowMs) {
      const known = new Set(rows.list().map(({ name }) => name))
      for (const name of readdirSync(paths.volumes)) if (!known.has(name)) removeIfNothingIsInIt(paths, name, nowMs)
    },
  }

  // The directory first: a volume in the database has one.
  const make = (row: NewVolume & Pick<VolumeRow, 'name' | 'anonymous'>, maker?: string): Volume => {
    const { name, anonymous, labels = {}, options = {} } = row
    if (!NAME.test(name)) throw badName(name)
    try {
      makeDirectories(paths, name)
      rows.insert({ name, anonymous, labels, options, createdAtMs: Date.now(), filled: false }, maker)
    } catch (error) {
      if (!rows.find(name)) removeEmptyVolume(paths, name)
      throw error
    }
    return store.resolve(name)
  }
  return store
}

/** A directory of this age without a row is nobody's who is still making the volume. */
const UNFINISHED_MS = 60_000

/** What has something in it may be somebody's data, and stays. */
function removeIfNothingIsInIt(paths: StoragePaths, name: string, nowMs: number): void {
  try {
    if (nowMs - statSync(paths.volume(name)).ctimeMs < UNFINISHED_MS) return
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return
    throw error
  }
  removeEmptyVolume(paths, name)
}

function makeDirectories(paths: StoragePaths, name: string): void {
  mkdirSync(paths.volume(name), { recursive: true, mode: 0o700 })
  try {
    mkdirSync(paths.volumeData(name), { mode: 0o755 })
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
  }
}

function removeEmptyVolume(paths: StoragePaths, name: string): void {
  try {
    for (const path of [paths.volumeData(name), paths.volume(name)]) removeEmpty(path)
  } catch (error) {
    if (!isErrno(error, 'ENOTEMPTY', 'ENOTDIR')) throw error
  }
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
}

function badName(name: string): TspodError {
  return new TspodError('E_BAD_VOLUME_NAME', `${JSON.stringify(name.slice(0, 100))} is not a name for a volume`, {
    hint: 'use letters, digits, "_", "." and "-", with a letter or digit first',
  })
}
