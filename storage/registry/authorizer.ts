import type { Endpoint, Protocol } from './endpoint.ts'
import { basicAuthorization, type Credentials, fetchToken } from './token.ts'
import type { Wire } from './transport.ts'
import { type Challenge, parseWwwAuthenticate } from './www-authenticate.ts'

/** Logins by registry, as a user names it (`docker.io`), and repository. Asked only once a registry wants one. */
export type FindCredentials = (
  registry: string,
  repositoryPath: string,
) => Credentials | undefined | Promise<Credentials | undefined>

/** Knows what to put in the Authorization header for one repository of one endpoint. */
export interface Authorizer {
  /** What worked last, renewed when it has expired; `undefined` as long as nothing was asked for. */
  current(protocol: Protocol): Promise<string | undefined>
  /**
   * What answers this 401; `undefined` when nothing does. `rejected` is what was sent with the
   * request: when another request has found something newer meanwhile, that is the answer.
   */
  answer(header: string | undefined, rejected: string | undefined, protocol: Protocol): Promise<string | undefined>
}

export interface AuthorizerOptions {
  readonly wire: Wire
  readonly credentialsFor: FindCredentials
  readonly nowMs: () => number
}

/** Requests at the same time share one token, and one request for it. */
export function openAuthorizer(endpoint: Endpoint, options: AuthorizerOptions): Authorizer {
  let known: { readonly challenge: Challenge; readonly token: Promise<Authorization> } | undefined

  const renew = (challenge: Challenge, protocol: Protocol): Promise<Authorization> => {
    const token = authorize(endpoint, { ...options, challenge, protocol })
    const attempt = { challenge, token }
    known = attempt
    // Whoever waits for it hears of the failure; the next request starts afresh.
    token.catch(() => {
      if (known === attempt) known = undefined
    })
    return token
  }

  return {
    async current(protocol) {
      if (known === undefined) return undefined
      const { challenge, token } = known
      const { authorization, expiresAtMs } = await token
      if (options.nowMs() < expiresAtMs) return authorization
      const newer = known && known.token !== token ? known.token : renew(challenge, protocol)
      return (await newer).authorization
    },
    async answer(header, rejected, protocol) {
      const seen = known
      if (seen) {
        const { authorization } = await seen.token
        if (authorization !== rejected) return authorization
        if (known && known !== seen) return (await known.token).authorization
      }
      const challenge = chooseChallenge(header ?? '')
      if (challenge === undefined) return undefined
      const { authorization } = await renew(challenge, protocol)
      return authorization === rejected ? undefined : authorization
    },
  }
}

/** A token, or what has no end: a password, or nothing where there is none. */
interface Authorization {
  readonly authorization: string | undefined
  readonly expiresAtMs: number
}

interface AuthorizeOptions extends AuthorizerOptions {
  readonly challenge: Challenge
  readonly protocol: Protocol
}

async function authorize(endpoint: Endpoint, options: AuthorizeOptions): Promise<Authorization> {
  const credentials = await options.credentialsFor(endpoint.registry, endpoint.repositoryPath)
  if (options.challenge.scheme === 'basic') {
    return { authorization: credentials && basicAuthorization(credentials), expiresAtMs: Number.POSITIVE_INFINITY }
  }
  return fetchToken(options.wire, {
    challenge: options.challenge,
    subject: { registry: endpoint.registry, host: endpoint.host, name: endpoint.repositoryPath },
    scope: `repository:${endpoint.repositoryPath}:pull`,
    credentials,
    verify: options.protocol.verify,
    insecure: !options.protocol.verify,
    nowMs: options.nowMs,
  })
}

// A token is better than the password in every request.
function chooseChallenge(header: string): Challenge | undefined {
  const challenges = parseWwwAuthenticate(header)
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges.find(({ scheme }) => scheme === 'basic')
}
