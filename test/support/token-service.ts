import { sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { Certificates } from './certificates.ts'
import { LOGIN } from './registry.ts'

/** A service that gives tokens for a docker-registry to who logs in as `LOGIN`. */
export interface TokenService extends AsyncDisposable {
  readonly realm: string
  readonly service: string
  readonly issuer: string
  readonly authority: string
  /** what it was asked for: `GET repository:a:pull repository:b:pull` */
  readonly asked: string[]
}

/** What it takes in place of a password. Source: distribution, docs/spec/auth/oauth.md. */
export const IDENTITY_TOKEN = 'Identity-S3cret'

const SERVICE = 'a registry'
const ISSUER = 'a test'

/** @see distribution, docs/spec/auth/token.md and jwt.md */
export async function startTokenService(certificates: Certificates): Promise<TokenService> {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    const parameters = await parametersOf(request)
    const scopes = parameters.getAll('scope').flatMap((scope) => scope.split(' '))
    asked.push([request.method, ...scopes].join(' '))
    const identity = parameters.get('refresh_token')
    const isKnown = identity === null ? request.headers.authorization === BASIC : identity === IDENTITY_TOKEN
    if (!isKnown) return void response.writeHead(identity === null ? 401 : 400).end('{"error":"invalid_grant"}')
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({ access_token: tokenFor(scopes, certificates), token: tokenFor(scopes, certificates) }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return {
    realm: `http://127.0.0.1:${address.port}/token`,
    service: SERVICE,
    issuer: ISSUER,
    authority: certificates.authority,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const BASIC = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`

async function parametersOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  if (request.method === 'POST') return new URLSearchParams(Buffer.concat(chunks).toString())
  return new URL(request.url ?? '', 'http://x').searchParams
}

function tokenFor(scopes: readonly string[], { server }: Certificates): string {
  const certificate = readFileSync(server.certificate, 'utf8').replace(/-----[A-Z ]+-----|\s/g, '')
  const access = scopes.map((scope) => {
    const [type, name, actions = ''] = scope.split(':')
    return { type, name, actions: actions.split(',') }
  })
  const nowS = Math.floor(Date.now() / 1000)
  const claims = {
    iss: ISSUER,
    sub: LOGIN.username,
    aud: SERVICE,
    nbf: nowS - 60,
    iat: nowS,
    exp: nowS + 300,
    jti: `${nowS}`,
    access,
  }
  const signed = [{ typ: 'JWT', alg: 'ES256', x5c: [certificate] }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = sign('sha256', Buffer.from(signed), { key: readFileSync(server.key), dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}
