import type { Endpoint, Protocol } from './endpoint.ts'
import { basicAuthorization, type Credentials, fetchToken } from './token.ts'
import type { Wire } from './transport.ts'
import { type Challenge, parseWwwAuthenticate } from './www-authenticate.ts'

/**
 * Logins by registry, as a user names it (`docker.io`), and repository. Asked only once a registry
 * wants one. A mirror is not the registry that a user gave a login for.
 */
export type FindCredentials = (
  registry: string,
  repositoryPath: string,
  place: { readonly isMirror: boolean },
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
  /** what a token has to allow for the repository; `none` for the registry alone */
  readonly access: 'pull' | 'pull,push' | 'none'
}

/** One authorizer for each set of scopes beside the repository's own: a token is good for what it was asked for. */
export function openAuthorizers(
  endpoint: Endpoint,
  options: AuthorizerOptions,
): (otherScopes: readonly string[]) => Authorizer {
  const opened = new Map<string, Authorizer>()
  const shared: SharedChallenge = { challenge: undefined }
  const own = options.access === 'none' ? [] : [`repository:${endpoint.repositoryPath}:${options.access}`]
  return (otherScopes) => {
    const scopes = [...own, ...otherScopes]
    const authorizer = opened.get(scopes.join(' ')) ?? openAuthorizer(endpoint, { ...options, scopes, shared })
    opened.set(scopes.join(' '), authorizer)
    return authorizer
  }
}

/** How the registry last said that it wants to be asked: another set of scopes need not be refused first. */
interface SharedChallenge {
  challenge: Challenge | undefined
}

interface ScopedOptions extends AuthorizerOptions {
  readonly scopes: readonly string[]
  readonly shared: SharedChallenge
}

/** Requests at the same time share one token, and one request for it. */
function openAuthorizer(endpoint: Endpoint, options: ScopedOptions): Authorizer {
  let known: { readonly challenge: Challenge; readonly token: Promise<Authorization> } | undefined

  const renew = (challenge: Challenge, protocol: Protocol): Promise<Authorization> => {
    const token = authorize(endpoint, { ...options, challenge, protocol })
    const attempt = { challenge, token }
    known = attempt
    options.shared.challenge = challenge
    // Whoever waits for it hears of the failure; the next request starts afresh.
    token.catch(() => {
      if (known === attempt) known = undefined
      options.shared.challenge = undefined
    })
    return token
  }

  return {
    async current(protocol) {
      const { challenge } = known ?? options.shared
      if (challenge === undefined) return undefined
      const token = known?.token ?? renew(challenge, protocol)
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

interface AuthorizeOptions extends ScopedOptions {
  readonly challenge: Challenge
  readonly protocol: Protocol
}

async function authorize(endpoint: Endpoint, options: AuthorizeOptions): Promise<Authorization> {
  const { registry, host, repositoryPath, isMirror } = endpoint
  const credentials = await options.credentialsFor(registry, repositoryPath, { isMirror })
  if (options.challenge.scheme === 'basic') {
    // An identity token is nothing that a server without tokens could know.
    const authorization = credentials?.identityToken === undefined && credentials && basicAuthorization(credentials)
    return { authorization: authorization || undefined, expiresAtMs: Number.POSITIVE_INFINITY }
  }
  return fetchToken(options.wire, {
    challenge: options.challenge,
    subject: { registry, host, name: repositoryPath },
    scopes: options.scopes,
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
