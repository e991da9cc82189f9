import { existsSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { bundledAddon } from '../../base/bundled-addon.ts'
import { type ContainerRow, openContainers } from './containers.ts'

/** What can be named on a command line. */
export interface Names extends Disposable {
  containers(): ContainerRow[]
  /** of all the others */
  of(kind: NamedKind): string[]
}

export type NamedKind = keyof typeof QUERIES

/** More than anybody reads through. */
const MOST = 1000

const QUERIES = {
  image: 'SELECT name FROM image_names ORDER BY name',
  manifest: 'SELECT name FROM manifest_list_names ORDER BY name',
  network: 'SELECT name FROM networks ORDER BY name',
  pod: 'SELECT name FROM pods ORDER BY name',
  secret: 'SELECT name FROM secrets ORDER BY name',
  volume: 'SELECT name FROM volumes ORDER BY name',
} as const

/**
 * The names that a state has, read alone: nothing is made, changed or waited for.
 * Undefined where there is no state yet.
 */
export function openNames(path: string): Names | undefined {
  if (!existsSync(path)) return undefined
  const addon = bundledAddon('better_sqlite3')
  const database = new Sqlite(path, {
    readonly: true,
    fileMustExist: true,
    timeout: 0,
    ...(addon && { nativeBinding: addon as unknown as string }),
  })
  return {
    containers: () => openContainers(database).list().slice(-MOST),
    of: (kind) => database.prepare<[], string>(`${QUERIES[kind]} LIMIT ${MOST}`).pluck().all(),
    [Symbol.dispose]: () => void database.close(),
  }
}
