import { TspodError } from '../../base/errors.ts'
import { removeAllLogins, removeLogin } from '../../storage/auth/change-logins.ts'
import { formatLoginKey } from '../../storage/auth/login-key.ts'
import type { Engine } from '../engine.ts'
import { currentLogin, lockLogins, openLogin } from './login.ts'
import { openAccess, type RegistryAccess } from './registry-access.ts'

export interface LoggedOut {
  readonly registry: string
  /** a file or a program that tspod leaves alone has a login still */
  readonly remaining: string | undefined
}

/**
 * Forgets the login to a registry; '' is the first one that short names are searched on.
 *
 * @param access with `ignoreMissing` it is well where there is none, as in docker
 * @throws {TspodError} E_NOT_LOGGED_IN, E_BAD_REGISTRY, E_BAD_AUTH_FILE, E_CREDENTIAL_HELPER
 * @see podman-logout(1)
 */
export async function logout(
  engine: Engine,
  registry: string,
  access: RegistryAccess & { readonly ignoreMissing?: boolean },
): Promise<LoggedOut> {
  const place = await openLogin(engine, registry, access)
  const { logins } = place.access
  using _lock = await lockLogins(engine, logins)
  const isRemoved = removeLogin(logins, place.key)
  const name = formatLoginKey(place.key)
  const remaining = isRemoved ? undefined : currentLogin(place)?.origin
  if (!isRemoved && remaining === undefined && !access.ignoreMissing) throw notLoggedIn(name)
  return { registry: name, remaining }
}

/** Forgets all logins. @throws {TspodError} E_BAD_AUTH_FILE, E_CREDENTIAL_HELPER */
export async function logoutAll(engine: Engine, access: RegistryAccess): Promise<void> {
  const { logins } = await openAccess(engine, access)
  using _lock = await lockLogins(engine, logins)
  removeAllLogins(logins)
}

export function notLoggedIn(registry: string): TspodError {
  return new TspodError('E_NOT_LOGGED_IN', `not logged into ${registry}`, {
    hint: `log in with "tspod login ${registry}"`,
  })
}
