import type { SignedIdentity } from './signed-identity.ts'

/** What policy.json says. Source: containers-policy.json(5). */
export interface TrustPolicy {
  /** where no transport and scope says anything */
  readonly fallback: Rule
  /** by transport, then by scope; the scope '' is the transport's own default */
  readonly transports: ReadonlyMap<string, ReadonlyMap<string, Rule>>
}

/** All of its requirements must be met. */
export interface Rule {
  /** what decided: `/etc/containers/policy.json:4 (docker "quay.io")`, or `no policy.json` */
  readonly origin: string
  readonly requirements: readonly Requirement[]
}

export type Requirement =
  | { readonly type: 'insecureAcceptAnything' }
  | { readonly type: 'reject'; readonly origin: string }
  /** one that the file may have, but which tspod cannot check */
  | { readonly type: 'unsupported'; readonly origin: string; readonly what: string }
  | SignedRequirement

/** A signature of one of these keys. */
export interface SignedRequirement {
  readonly type: 'sigstoreSigned'
  readonly origin: string
  readonly keys: readonly KeySource[]
  readonly identity: SignedIdentity
}

/** A public key in PEM: a file, or the text itself. */
export type KeySource =
  | { readonly path: string }
  /** `name` is where the text is from */
  | { readonly pem: string; readonly name: string }

/** In force where there is no policy.json. podman refuses to work then; docker knows no such file. */
export const ACCEPT_ANYTHING: TrustPolicy = {
  fallback: { origin: 'no policy.json', requirements: [{ type: 'insecureAcceptAnything' }] },
  transports: new Map(),
}
