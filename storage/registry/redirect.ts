import { protocolError } from './errors.ts'
import type { Wire, WireRequest, WireResponse } from './transport.ts'

const MAX_REDIRECTS = 10
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]
/** Those that leave a request what it is. Source: RFC 9110, section 15.4. */
const EXACT_REDIRECTS: readonly number[] = [307, 308]

export interface FollowOptions {
  /** may a redirect lead from https to http? */
  readonly insecure: boolean
}

export interface Followed {
  readonly response: WireResponse
  /** no redirect led away from the server that was asked: what it says about authentication is its own */
  readonly sameServer: boolean
}

/**
 * Sends a request and goes where it is redirected to. `authorization` goes to the server
 * that was asked and nowhere else, not even when a later redirect leads back.
 *
 * @throws {RegistryFailure} E_REGISTRY_PROTOCOL: too many redirects, or one to where nobody should go
 */
export async function follow(wire: Wire, request: WireRequest, options: FollowOptions): Promise<Followed> {
  let { url, headers } = request
  const redirects = request.method === 'GET' || request.method === 'HEAD' ? REDIRECTS : EXACT_REDIRECTS
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await wire.send({ ...request, url, headers })
    const location = redirects.includes(response.status) ? response.header('location') : undefined
    if (location === undefined) return { response, sameServer: url.origin === request.url.origin }
    await response.discard()
    url = redirectTarget(url, location, options)
    if (url.origin !== request.url.origin) headers = withoutAuthorization(headers)
  }
  throw protocolError(`${request.url.host} redirects more than ${MAX_REDIRECTS} times`)
}

// The address itself is never shown: those of content networks are signed, so whoever knows one may use it.
function redirectTarget(from: URL, location: string, { insecure }: FollowOptions): URL {
  const url = URL.parse(location, from.href)
  if (url === null) throw protocolError(`${from.host} redirects to something that is not an address`)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw protocolError(`${from.host} redirects to an address of the kind ${url.protocol.slice(0, 30)}`)
  }
  if (from.protocol === 'https:' && url.protocol === 'http:' && !insecure) {
    throw protocolError(`${from.host} redirects from https to http on ${url.host}`)
  }
  url.username = ''
  url.password = ''
  return url
}

function withoutAuthorization(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'))
}
