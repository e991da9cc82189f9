import { readBody } from './body.ts'
import { accessRefused, protocolError, type Subject } from './errors.ts'
import { parseJson } from './json.ts'
import { follow } from './redirect.ts'
import { failureOf } from './response.ts'
import { shapeReader } from './shape.ts'
import type { Wire } from './transport.ts'
import type { Challenge } from './www-authenticate.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

export interface Token {
  /** the value of an Authorization header */
  readonly authorization: string
  /** on the clock of `nowMs` */
  readonly expiresAtMs: number
}

export interface TokenRequest {
  readonly challenge: Challenge
  readonly subject: Subject
  readonly scope: string
  readonly credentials: Credentials | undefined
  /** of the registry: for a certificate that need not be trusted, a service without TLS */
  readonly verify: boolean
  readonly insecure: boolean
  readonly nowMs: () => number
}

const MAX_TOKEN_BYTES = 1 << 20
/** Source: distribution, docs/spec/auth/token.md, "expires_in". */
const DEFAULT_LIFETIME_S = 60
/** The token must still be good when it arrives. */
const MARGIN_MS = 5_000

/**
 * Asks the token service that a registry named for a token to read one repository with.
 *
 * @throws {RegistryFailure} E_REGISTRY_AUTH: it refuses, or has a place where no secret should go
 * @throws {RegistryFailure} E_REGISTRY_PROTOCOL: its answer is no token
 * @see distribution, docs/spec/auth/token.md
 */
export async function fetchToken(wire: Wire, request: TokenRequest): Promise<Token> {
  const url = tokenUrl(request)
  const authorization = request.credentials && basicAuthorization(request.credentials)
  const headers = { accept: 'application/json', ...(authorization !== undefined && { authorization }) }
  const { insecure, verify, subject } = request
  const { response } = await follow(wire, { method: 'GET', url, headers, verify }, { insecure })
  if (response.status === 401 || response.status === 403 || response.status === 404) {
    await response.discard()
    throw accessRefused(subject, request.credentials ? ': the login was not accepted' : '')
  }
  if (response.status !== 200) throw await failureOf(response, { ...subject, host: response.host })
  return parseToken(await readBody(response, MAX_TOKEN_BYTES), response.host, request.nowMs())
}

export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** @throws {RegistryFailure} E_REGISTRY_PROTOCOL */
function parseToken(bytes: Uint8Array, host: string, nowMs: number): Token {
  const fail = (problem: string) => protocolError(`the token service ${host} sent no valid token: ${problem}`)
  const read = shapeReader(fail)
  const root = read.object(parseJson(bytes, fail), 'the answer')
  const token = read.optionalString(root['token'], 'token') || read.optionalString(root['access_token'], 'access_token')
  // What is not visible ASCII could start another header.
  if (!/^[\x21-\x7e]+$/.test(token)) throw fail('token is not a token')
  const lifetime = root['expires_in']
  const seconds = typeof lifetime === 'number' && lifetime > 0 ? lifetime : DEFAULT_LIFETIME_S
  return { authorization: `Bearer ${token}`, expiresAtMs: nowMs + seconds * 1000 - MARGIN_MS }
}

function tokenUrl({ challenge, subject, scope, insecure }: TokenRequest): URL {
  const url = URL.parse(challenge.parameters.get('realm') ?? '')
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw protocolError(`${subject.host} names no address to get a token from`)
  }
  if (url.protocol === 'http:' && !insecure) {
    throw protocolError(`${subject.host} wants a token fetched from ${url.host} without TLS`)
  }
  url.username = ''
  url.password = ''
  const service = challenge.parameters.get('service')
  if (service !== undefined) url.searchParams.set('service', service)
  url.searchParams.set('scope', scope)
  return url
}
