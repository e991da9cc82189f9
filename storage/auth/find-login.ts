import { TspodError } from '../../base/errors.ts'
import { DOCKER_HUB } from '../registry/reference.ts'
import type { Credentials } from '../registry/token.ts'
import { type AuthFile, findEntry, loginAt, readAuthFile } from './auth-file.ts'
import { type AuthPlaces, placesToRead } from './auth-places.ts'
import { getFromHelper } from './credential-helper.ts'
import { DOCKER_HUB_KEY, keysFor } from './login-key.ts'

/** The member of registries.conf's `credential-helpers` that stands for the files of logins. */
export const AUTH_FILES = 'containers-auth.json'

export interface LoginSources {
  readonly places: AuthPlaces
  /** `credential-helpers` of registries.conf */
  readonly helpers: readonly string[]
}

export interface FoundLogin {
  readonly credentials: Credentials
  /** the file or the program that has it */
  readonly origin: string
}

/**
 * The login for a repository, or for a whole registry with the path ''. Whoever comes first in
 * `helpers` counts, then the first file; in a file the most specific key.
 *
 * @throws {TspodError} E_BAD_AUTH_FILE, E_CREDENTIAL_HELPER
 * @throws {TspodError} E_NO_AUTH_FILE: the file that the user named is missing
 * @see containers-auth.json(5), containers-registries.conf(5) "credential-helpers"
 */
export function findLogin(sources: LoginSources, registry: string, repositoryPath: string): FoundLogin | undefined {
  for (const helper of sources.helpers) {
    const found =
      helper === AUTH_FILES ? findInFiles(sources.places, registry, repositoryPath) : findInHelper(helper, registry)
    if (found) return found
  }
  return undefined
}

function findInFiles(places: AuthPlaces, registry: string, repositoryPath: string): FoundLogin | undefined {
  for (const { path, legacy = false, named = false } of placesToRead(places)) {
    const file = readAuthFile(path, { legacy })
    if (!file && named) throw noAuthFile(path)
    const found = file && findInFile(file, registry, repositoryPath)
    if (found) return found
  }
  return undefined
}

/** The registry's own helper, then an entry, then the helper for all. Source: docker-login(1). */
function findInFile(file: AuthFile, registry: string, repositoryPath: string): FoundLogin | undefined {
  const helper = helperFor(file, registry)
  const own = helper === undefined ? undefined : findInHelper(helper, registry)
  if (own) return own
  const key = findEntry(file, keysFor(registry, repositoryPath))
  if (key !== undefined) return { credentials: loginAt(file, key), origin: file.path }
  return file.store === '' ? undefined : findInHelper(file.store, registry)
}

export function helperFor(file: AuthFile, registry: string): string | undefined {
  const names = registry === DOCKER_HUB ? [registry, DOCKER_HUB_KEY] : [registry]
  const helper = names.map((name) => (Object.hasOwn(file.helpers, name) ? file.helpers[name] : undefined)).find(Boolean)
  return typeof helper === 'string' ? helper : undefined
}

function findInHelper(name: string, registry: string): FoundLogin | undefined {
  const credentials =
    getFromHelper(name, registry) ?? (registry === DOCKER_HUB ? getFromHelper(name, DOCKER_HUB_KEY) : undefined)
  return credentials && { credentials, origin: `docker-credential-${name}` }
}

function noAuthFile(path: string): TspodError {
  return new TspodError('E_NO_AUTH_FILE', `${path}: no such file`, {
    hint: 'correct --authfile or $REGISTRY_AUTH_FILE, or log in with it first',
  })
}
