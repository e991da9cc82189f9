import { TspodError } from '../../base/errors.ts'
import { placeToWrite } from '../../storage/auth/auth-places.ts'
import { storeLogin } from '../../storage/auth/change-logins.ts'
import { type FoundLogin, findLogin, type LoginSources } from '../../storage/auth/find-login.ts'
import { formatLoginKey, type LoginKey, parseLoginKey } from '../../storage/auth/login-key.ts'
import { checkLogin } from '../../storage/registry/check-login.ts'
import { registryEndpoint } from '../../storage/registry/endpoint.ts'
import type { Credentials } from '../../storage/registry/token.ts'
import type { Engine } from '../engine.ts'
import { type OpenAccess, openAccess, type RegistryAccess } from './registry-access.ts'

/** The registry that `login` and `logout` mean, and the logins that there are. */
export interface LoginPlace {
  readonly key: LoginKey
  readonly access: OpenAccess
}

/** How long another login may take to write the file. */
const LOCK_TIMEOUT_MS = 30_000

/**
 * Reads what a user names as a registry; '' is the first one that short names are searched on.
 *
 * @throws {TspodError} E_BAD_REGISTRY, E_BAD_CONFIG
 * @see podman-login(1)
 */
export async function openLogin(engine: Engine, registry: string, access: RegistryAccess): Promise<LoginPlace> {
  const open = await openAccess(engine, access)
  const [first] = open.registries.unqualifiedSearch.value
  if (registry === '' && first === undefined) throw noRegistry(open.registries.unqualifiedSearch.origin)
  const key = parseLoginKey(registry === '' ? (first ?? '') : registry)
  if (key.path !== '' && access.compatAuthFile !== undefined) {
    throw new TspodError('E_BAD_REGISTRY', `docker keeps no login for ${formatLoginKey(key)}, only for registries`, {
      hint: `log in to ${key.registry}, or use --authfile`,
    })
  }
  return { key, access: open }
}

/** The login that is there for a registry; `undefined` where there is none. @throws {TspodError} E_BAD_AUTH_FILE, E_CREDENTIAL_HELPER */
export function currentLogin({ key, access }: LoginPlace): FoundLogin | undefined {
  try {
    return findLogin(access.logins, key.registry, key.path)
  } catch (error) {
    // The file that is named is made by the first login.
    if (error instanceof TspodError && error.code === 'E_NO_AUTH_FILE') return undefined
    throw error
  }
}

/** @throws {TspodError} E_LOGIN_REFUSED, E_REGISTRY_UNREACHABLE, E_REGISTRY_BLOCKED … */
export async function verifyLogin({ key, access }: LoginPlace, credentials: Credentials): Promise<void> {
  const { registries, tlsVerify, registry } = access
  await checkLogin(registryEndpoint(key.registry, registries, { tlsVerify }), credentials, registry)
}

/**
 * Logs in: the registry has to accept the login before it is stored. Returns where it is stored.
 *
 * @throws {TspodError} as verifyLogin; E_BAD_AUTH_FILE, E_CREDENTIAL_HELPER
 * @see podman-login(1)
 */
export async function login(engine: Engine, place: LoginPlace, credentials: Credentials): Promise<string> {
  await verifyLogin(place, credentials)
  using _lock = await lockLogins(engine, place.access.logins)
  return storeLogin(place.access.logins, place.key, credentials)
}

/** Held while a file of logins is read and written: of two logins at once none may be lost. */
export async function lockLogins(engine: Engine, { places }: LoginSources): Promise<Disposable> {
  const options = { timeoutMs: LOCK_TIMEOUT_MS, doing: 'changing the logins' }
  return await engine.storage.locks.acquire('logins', placeToWrite(places), options)
}

function noRegistry(origin: string): TspodError {
  return new TspodError('E_BAD_REGISTRY', `no registry is named, and ${origin} lists none`, {
    hint: 'name the registry, as in "tspod login quay.io"',
  })
}
