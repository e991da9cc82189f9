import type { Endpoint } from './endpoint.ts'
import { RegistryFailure } from './errors.ts'
import { openRequests, type RegistryOptions } from './registry-options.ts'
import { failureOf } from './response.ts'
import { withRetries } from './retry.ts'
import { openSession, type Session } from './session.ts'
import type { Credentials } from './token.ts'

/**
 * Resolves when the registry accepts this login, or wants none.
 *
 * @param endpoint see `registryEndpoint`
 * @throws {RegistryFailure} E_LOGIN_REFUSED, E_REGISTRY_UNREACHABLE, E_REGISTRY_PROTOCOL …
 * @see OCI distribution-spec, "API", end-1
 */
export async function checkLogin(
  endpoint: Endpoint,
  credentials: Credentials,
  options: RegistryOptions,
): Promise<void> {
  const { authorization, retry, close } = openRequests({ ...options, credentialsFor: () => credentials })
  const session = openSession(endpoint, { ...authorization, access: 'none' })
  try {
    await withRetries(() => ping(session), retry)
  } finally {
    await close()
  }
}

async function ping(session: Session): Promise<void> {
  const { registry, host } = session.endpoint
  try {
    const response = await session.send({ method: 'GET', path: '/v2/', headers: {} })
    if (response.status === 200) return await response.discard()
    if (response.status === 404) throw noRegistry(host)
    throw await failureOf(response, { registry, host, name: 'it' })
  } catch (error) {
    if (error instanceof RegistryFailure && error.code === 'E_REGISTRY_AUTH') throw refused(host)
    throw error
  }
}

function refused(host: string): RegistryFailure {
  return new RegistryFailure('E_LOGIN_REFUSED', `${host} does not accept this username and password`, {
    hint: 'check both; some registries want an access token in place of the password',
  })
}

function noRegistry(host: string): RegistryFailure {
  return new RegistryFailure('E_REGISTRY_PROTOCOL', `${host} is no registry of container images`, {
    hint: 'check the host and the port',
  })
}
