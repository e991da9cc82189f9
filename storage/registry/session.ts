import { type AuthorizerOptions, openAuthorizer } from './authorizer.ts'
import type { Endpoint, Protocol } from './endpoint.ts'
import { type Followed, follow } from './redirect.ts'
import type { WireResponse } from './transport.ts'
import { UnreachableFailure } from './unreachable.ts'

export interface SessionRequest {
  readonly method: 'GET' | 'HEAD'
  /** below `/v2/REPOSITORY/`, e.g. `manifests/latest` */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** One repository on one endpoint: remembers which protocol it speaks and how it wants to be asked. */
export interface Session {
  readonly endpoint: Endpoint
  /**
   * One answer, of whatever status, after redirects and authentication.
   * @throws {RegistryFailure} E_REGISTRY_UNREACHABLE, E_REGISTRY_AUTH, E_REGISTRY_PROTOCOL …
   */
  send(request: SessionRequest): Promise<WireResponse>
}

export function openSession(endpoint: Endpoint, options: AuthorizerOptions): Session {
  const authorizer = openAuthorizer(endpoint, options)
  let protocols = endpoint.protocols

  const sendBy = async (protocol: Protocol, request: SessionRequest): Promise<WireResponse> => {
    const sent = await authorizer.current(protocol)
    const first = await sendWith(sent, protocol, request)
    if (first.response.status !== 401 || !first.sameServer) return first.response
    const header = first.response.header('www-authenticate')
    const authorization = await authorizer.answer(header, sent, protocol)
    if (authorization === undefined) return first.response
    await first.response.discard()
    return (await sendWith(authorization, protocol, request)).response
  }

  const sendWith = (
    authorization: string | undefined,
    protocol: Protocol,
    request: SessionRequest,
  ): Promise<Followed> => {
    const url = new URL(`${protocol.scheme}://${endpoint.host}/v2/${endpoint.repositoryPath}/${request.path}`)
    const headers = { ...request.headers, ...(authorization !== undefined && { authorization }) }
    return follow(
      options.wire,
      { method: request.method, url, headers, verify: protocol.verify },
      { insecure: !protocol.verify },
    )
  }

  return {
    endpoint,
    async send(request) {
      const [first, second] = protocols
      if (!first) throw new Error(`no protocol for ${endpoint.host}`)
      try {
        const response = await sendBy(first, request)
        protocols = [first]
        return response
      } catch (failure) {
        if (!second || !mayBePlain(failure)) throw failure
        const response = await sendBy(second, request).catch((error) => {
          // That plain HTTP failed as well says little about a server that does speak TLS.
          throw error instanceof UnreachableFailure && failure.kind !== 'not-tls' ? failure : error
        })
        protocols = [second]
        return response
      }
    },
  }
}

function mayBePlain(error: unknown): error is UnreachableFailure {
  return (
    error instanceof UnreachableFailure &&
    (error.kind === 'not-tls' || error.kind === 'refused' || error.kind === 'closed')
  )
}
