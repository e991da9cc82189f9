import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { ensurePrivateDirectory, writeAtomic } from '../../base/files.ts'
import { DOCKER_HUB } from '../registry/reference.ts'
import { isObject } from '../registry/shape.ts'
import type { Credentials } from '../registry/token.ts'
import { type AuthFile, parseAuthFile, readAuthFile } from './auth-file.ts'
import { placeToWrite } from './auth-places.ts'
import { eraseFromHelper, listHelper, storeInHelper } from './credential-helper.ts'
import { AUTH_FILES, helperFor, type LoginSources } from './find-login.ts'
import { DOCKER_HUB_KEY, formatLoginKey, hostOfKey, type LoginKey } from './login-key.ts'

/**
 * Stores a login where the configuration wants it: with a helper, or in the file. Returns where.
 * Whatever else is in the file stays. The caller holds the lock on the file.
 *
 * @throws {TspodError} E_BAD_AUTH_FILE, E_CREDENTIAL_HELPER
 */
export function storeLogin(sources: LoginSources, key: LoginKey, credentials: Credentials): string {
  const [first = AUTH_FILES] = sources.helpers
  if (first !== AUTH_FILES) return storeWith(first, formatLoginKey(key), credentials)
  const file = openFile(sources)
  const name = keyIn(sources, key)
  const helper = helperFor(file, key.registry) ?? (file.store || undefined)
  if (helper !== undefined) return storeWith(helper, name, credentials)
  const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
  writeEntries(file, { ...file.entries, [name]: { auth } })
  return file.path
}

/** Forgets a login; `false` where there was none. @throws {TspodError} E_BAD_AUTH_FILE, E_CREDENTIAL_HELPER */
export function removeLogin(sources: LoginSources, key: LoginKey): boolean {
  const file = openFile(sources)
  const helpers = [...sources.helpers.filter((name) => name !== AUTH_FILES), helperFor(file, key.registry), file.store]
  const names = key.registry === DOCKER_HUB ? [formatLoginKey(key), DOCKER_HUB_KEY] : [formatLoginKey(key)]
  const erased = helpers.flatMap((helper) => (helper ? names.map((name) => eraseFromHelper(helper, name)) : []))
  const isMeant = (name: string): boolean =>
    names.includes(name) || (key.path === '' && /^https?:/.test(name) && hostOfKey(name) === key.registry)
  const kept = Object.entries(file.entries).filter(([name]) => !isMeant(name))
  const isStored = kept.length < Object.keys(file.entries).length
  if (isStored) writeEntries(file, Object.fromEntries(kept))
  return isStored || erased.includes(true)
}

/** Forgets all logins of the file, and of the helpers in force. @throws {TspodError} E_BAD_AUTH_FILE, E_CREDENTIAL_HELPER */
export function removeAllLogins(sources: LoginSources): void {
  const file = openFile(sources)
  const named = Object.values(file.helpers).filter((helper) => typeof helper === 'string')
  const helpers = new Set([...sources.helpers, ...named, file.store].filter((name) => name && name !== AUTH_FILES))
  for (const helper of helpers) for (const server of listHelper(helper)) eraseFromHelper(helper, server)
  if (Object.keys(file.entries).length > 0) writeEntries(file, {})
}

function storeWith(helper: string, server: string, credentials: Credentials): string {
  storeInHelper(helper, server, credentials)
  return `docker-credential-${helper}`
}

/** docker finds the login to Docker Hub in a file of its own only under the old address. */
function keyIn({ places }: LoginSources, key: LoginKey): string {
  const isCompat = places.compatFile !== undefined
  return isCompat && key.registry === DOCKER_HUB && key.path === '' ? DOCKER_HUB_KEY : formatLoginKey(key)
}

function openFile({ places }: LoginSources): AuthFile {
  const path = placeToWrite(places)
  return readAuthFile(path) ?? parseAuthFile(path, '{}')
}

/** For the owner alone, and whole or not at all. Source: containers-auth.json(5). */
function writeEntries({ path, root }: AuthFile, entries: Readonly<Record<string, unknown>>): void {
  ensurePrivateDirectory(dirname(path))
  const auths = Object.keys(entries).length > 0 || isObject(root['auths']) ? { auths: entries } : {}
  writeAtomic(realPath(path), `${JSON.stringify({ ...root, ...auths }, undefined, '\t')}\n`, { mode: 0o600 })
}

/** People keep their configuration elsewhere and link to it: the link stays. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return path
    throw error
  }
}
