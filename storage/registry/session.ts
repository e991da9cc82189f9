import { type AuthorizerOptions, openAuthorizers } from './authorizer.ts'
import type { Endpoint, Protocol } from './endpoint.ts'
import { protocolError } from './errors.ts'
import { type Followed, follow } from './redirect.ts'
import type { RequestBody, WireRequest, WireResponse } from './transport.ts'
import { UnreachableFailure, type UnreachableKind } from './unreachable.ts'

export interface SessionRequest extends Pick<WireRequest, 'method' | 'headers' | 'headersMs'> {
  /**
   * Below `/v2/REPOSITORY/`, e.g. `manifests/latest`; with a `/` in front, below the host; or where
   * the registry sent us. Whoever is not the registry gets no login.
   */
  readonly path: string | URL
  readonly body?: RequestBody
  /** what else the token has to allow, e.g. `repository:other/app:pull` */
  readonly scopes?: readonly string[]
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
  const authorizerFor = openAuthorizers(endpoint, options)
  let protocols = endpoint.protocols

  const sendBy = async (protocol: Protocol, request: SessionRequest): Promise<WireResponse> => {
    const url = urlOf(endpoint, protocol, request.path)
    if (url.origin !== originOf(endpoint, protocol))
      return (await sendWith(undefined, protocol, { request, url })).response
    const authorizer = authorizerFor(request.scopes ?? [])
    const sent = await authorizer.current(protocol)
    const first = await sendWith(sent, protocol, { request, url })
    if (first.response.status !== 401 || !first.sameServer) return first.response
    const header = first.response.header('www-authenticate')
    const authorization = await authorizer.answer(header, sent, protocol)
    if (authorization === undefined) return first.response
    await first.response.discard()
    return (await sendWith(authorization, protocol, { request, url })).response
  }

  const sendWith = (
    authorization: string | undefined,
    { verify }: Protocol,
    { request, url }: { readonly request: SessionRequest; readonly url: URL },
  ): Promise<Followed> => {
    const { method, body, headersMs } = request
    const headers = { ...request.headers, ...(authorization !== undefined && { authorization }) }
    const wireRequest = { method, url, headers, body, headersMs, verify, registry: endpoint.registry }
    return follow(options.wire, wireRequest, { insecure: !verify })
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

function urlOf(endpoint: Endpoint, protocol: Protocol, path: string | URL): URL {
  if (typeof path !== 'string') return checkedTarget(endpoint, protocol, path)
  const below = path.startsWith('/') ? path : `/v2/${endpoint.repositoryPath}/${path}`
  return new URL(originOf(endpoint, protocol) + below)
}

// The address itself is not shown: it may be a signed one.
function checkedTarget(endpoint: Endpoint, { scheme, verify }: Protocol, url: URL): URL {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw protocolError(`${endpoint.host} sends us to an address of the kind ${url.protocol.slice(0, 30)}`)
  }
  if (scheme === 'https' && url.protocol === 'http:' && verify) {
    throw protocolError(`${endpoint.host} sends us from https to http on ${url.host}`, {
      hint: 'a proxy in front of it has to pass on that it speaks https: X-Forwarded-Proto',
    })
  }
  const clean = new URL(url)
  clean.username = ''
  clean.password = ''
  return clean
}

/** As `URL.origin` has it, which leaves out the usual port. */
function originOf({ host }: Endpoint, { scheme }: Protocol): string {
  return new URL(`${scheme}://${host}`).origin
}

/** What a server that has no TLS looks like; a proxy says of it that there is nobody. */
const PLAIN_KINDS: readonly UnreachableKind[] = ['not-tls', 'refused', 'closed', 'proxy']

function mayBePlain(error: unknown): error is UnreachableFailure {
  return error instanceof UnreachableFailure && PLAIN_KINDS.includes(error.kind)
}
