import { readBody } from './body.ts'
import { accessRefused, protocolError, type Subject } from './errors.ts'
import { parseJson } from './json.ts'
import { follow } from './redirect.ts'
import { failureOf } from './response.ts'
import { shapeReader } from './shape.ts'
import type { Wire, WireResponse } from './transport.ts'
import type { Challenge } from './www-authenticate.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
  /** what a registry gave us in place of the password; then that is '' */
  readonly identityToken?: string
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
  readonly scopes: readonly string[]
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
const CLIENT_ID = 'tspod'
const REFUSALS: readonly number[] = [401, 403, 404]

/**
 * Asks the token service that a registry named for a token that allows `scopes`.
 *
 * @throws {RegistryFailure} E_REGISTRY_AUTH: it refuses, or has a place where no secret should go
 * @throws {RegistryFailure} E_REGISTRY_PROTOCOL: its answer is no token
 * @see distribution, docs/spec/auth/token.md and oauth.md
 */
export async function fetchToken(wire: Wire, request: TokenRequest): Promise<Token> {
  const { subject, credentials } = request
  const response = await (credentials?.identityToken === undefined
    ? askWithLogin(wire, request)
    : askWithIdentity(wire, request, credentials.identityToken))
  // An identity token that is not good any more is answered with 400. Source: RFC 6749, section 5.2.
  const isBadGrant = response.status === 400 && credentials?.identityToken !== undefined
  if (isBadGrant || REFUSALS.includes(response.status)) {
    await response.discard()
    throw accessRefused(subject, credentials ? ': the login was not accepted' : '')
  }
  if (response.status !== 200) throw await failureOf(response, { ...subject, host: response.host })
  return parseToken(await readBody(response, MAX_TOKEN_BYTES), response.host, request.nowMs())
}

export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

async function askWithLogin(wire: Wire, request: TokenRequest): Promise<WireResponse> {
  const { credentials, challenge, scopes, insecure, verify, subject } = request
  const url = serviceUrl(request)
  const service = challenge.parameters.get('service')
  if (credentials) url.searchParams.set('account', credentials.username)
  if (service !== undefined) url.searchParams.set('service', service)
  url.searchParams.delete('scope')
  for (const scope of scopes) url.searchParams.append('scope', scope)
  const authorization = credentials && basicAuthorization(credentials)
  const headers = { accept: 'application/json', ...(authorization !== undefined && { authorization }) }
  const wireRequest = { method: 'GET', url, headers, verify, registry: subject.registry } as const
  return (await follow(wire, wireRequest, { insecure })).response
}

/** Redirects are not followed: the secret is in the body. Source: distribution, docs/spec/auth/oauth.md. */
async function askWithIdentity(wire: Wire, request: TokenRequest, identityToken: string): Promise<WireResponse> {
  const { challenge, scopes, verify, subject } = request
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    service: challenge.parameters.get('service') ?? '',
    client_id: CLIENT_ID,
    refresh_token: identityToken,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
  })
  const bytes = Buffer.from(form.toString())
  return wire.send({
    method: 'POST',
    url: serviceUrl(request),
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: { sizeBytes: bytes.byteLength, open: () => bytes },
    verify,
    registry: subject.registry,
  })
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

function serviceUrl({ challenge, subject, insecure }: TokenRequest): URL {
  const url = URL.parse(challenge.parameters.get('realm') ?? '')
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw protocolError(`${subject.host} names no address to get a token from`)
  }
  if (url.protocol === 'http:' && !insecure) {
    throw protocolError(`${subject.host} wants a token fetched from ${url.host} without TLS`)
  }
  url.username = ''
  url.password = ''
  return url
}
