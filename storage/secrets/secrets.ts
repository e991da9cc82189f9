import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import { ensurePrivateDirectory, readBounded, writeAtomic } from '../../base/files.ts'
import { orMeant } from '../../base/nearest.ts'
import { randomHex } from '../../base/random.ts'
import type { StoragePaths } from '../paths.ts'
import type { Database } from '../state/database.ts'
import { openSecretRows, type SecretRow } from '../state/secrets.ts'

export type { SecretRow as Secret } from '../state/secrets.ts'

export interface SecretStore {
  /**
   * Keeps a secret under a name.
   * @throws {TspodError} E_BAD_SECRET_NAME, E_SECRET_TOO_LARGE, E_SECRET_EXISTS
   */
  create(name: string, data: Uint8Array, options: SecretOptions): SecretRow
  find(ref: string): SecretRow | undefined
  /** @throws {TspodError} E_SECRET_NOT_FOUND, E_AMBIGUOUS_REF */
  resolve(ref: string): SecretRow
  list(): SecretRow[]
  /** What it is, by its id. @throws {TspodError} E_SECRET_NOT_FOUND */
  read(id: string): Buffer
  remove(id: string): void
}

export interface SecretOptions {
  readonly driverOptions: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  /** another one of this name goes, and this one takes its place */
  readonly replace?: boolean
}

/** Source: podman-secret-create(1); docker has the same bound. */
export const MAX_SECRET_BYTES = 512_000
/** Source: podman-secret-create(1): what podman takes, but for what is no file name. */
const NAME = /^[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,251}[a-zA-Z0-9])?$/
/** podman's ids of secrets have 25 digits; randomHex makes pairs. */
const ID_DIGITS = 25
/** A file of this age without a row is nobody's who is still making the secret. */
const UNFINISHED_MS = 60_000

/**
 * Secrets: what they are called is in the database, what they are in files that only their owner
 * can read. The file comes before the row and goes after it.
 */
export function openSecrets(database: Database, paths: StoragePaths): SecretStore {
  const rows = openSecretRows(database)
  const store: SecretStore = {
    create(name, data, { driverOptions, labels, replace }) {
      if (!NAME.test(name)) throw badName(name)
      if (data.byteLength === 0 || data.byteLength > MAX_SECRET_BYTES) throw badSize(data.byteLength)
      const id = randomHex(13).slice(0, ID_DIGITS)
      const before = rows.list().find((row) => row.name === name)
      const createdAtMs = Date.now()
      const row = { id, name, driver: 'file', driverOptions, labels, createdAtMs, updatedAtMs: createdAtMs }
      ensurePrivateDirectory(paths.secrets)
      writeAtomic(paths.secret(id), data, { mode: 0o600 })
      try {
        if (before && replace) rows.replace(before.id, { ...row, createdAtMs: before.createdAtMs })
        else rows.insert(row)
      } catch (error) {
        rmSync(paths.secret(id), { force: true })
        throw error
      }
      if (before) rmSync(paths.secret(before.id), { force: true })
      sweep()
      return store.resolve(id)
    },
    find: rows.find,
    resolve(ref) {
      const row = rows.find(ref)
      if (row) return row
      const names = rows.list().map(({ name }) => name)
      throw notFound(ref, names)
    },
    list: rows.list,
    read(id) {
      try {
        return readBounded(paths.secret(id), MAX_SECRET_BYTES)
      } catch (error) {
        throw isErrno(error, 'ENOENT') ? notFound(id) : error
      }
    },
    remove(id) {
      rows.remove(id)
      rmSync(paths.secret(id), { force: true })
      sweep()
    },
  }
  /** Files without a row are of commands that were killed, and of nobody's who is still at it. */
  const sweep = (): void => {
    const known = new Set(rows.list().map(({ id }) => id))
    ensurePrivateDirectory(paths.secrets)
    for (const name of readdirSync(paths.secrets)) {
      const path = join(paths.secrets, name)
      const changedMs = known.has(name) ? undefined : statSync(path, { throwIfNoEntry: false })?.mtimeMs
      if (changedMs !== undefined && Date.now() - changedMs > UNFINISHED_MS) rmSync(path, { force: true })
    }
  }
  return store
}

function notFound(ref: string, names: readonly string[] = []): TspodError {
  return new TspodError('E_SECRET_NOT_FOUND', `no secret ${ref}`, {
    hint: orMeant(ref, names, 'list them with "tspod secret ls"'),
  })
}

function badName(name: string): TspodError {
  return new TspodError('E_BAD_SECRET_NAME', `${JSON.stringify(name.slice(0, 100))} is not a name for a secret`, {
    hint: 'use letters, digits, "_", "." and "-", with a letter or digit at both ends',
  })
}

/** Not what is in it. */
function badSize(bytes: number): TspodError {
  const why = bytes === 0 ? 'it is empty' : `it has ${bytes} bytes`
  return new TspodError('E_SECRET_TOO_LARGE', `a secret has between 1 and ${MAX_SECRET_BYTES} bytes: ${why}`)
}
