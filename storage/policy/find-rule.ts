import { type Reference, repositoryOf } from '../registry/reference.ts'
import type { Rule, TrustPolicy } from './trust-policy.ts'

/** Where an image is to be taken from. */
export type PolicyPlace =
  | { readonly transport: 'docker'; readonly reference: Reference }
  /** `path` absolute, and without symbolic links; `name` is that of one of several images there */
  | {
      readonly transport: 'dir' | 'oci' | 'oci-archive' | 'docker-archive'
      readonly path: string
      readonly name?: string
    }

/**
 * The one rule for images of this place: that of the most specific scope there is.
 * @see containers-policy.json(5), "FORMAT"
 */
export function findRule(policy: TrustPolicy, place: PolicyPlace): Rule {
  const scopes = policy.transports.get(place.transport)
  for (const scope of place.transport === 'docker' ? scopesOfReference(place.reference) : scopesOfPath(place)) {
    const rule = scopes?.get(scope)
    if (rule) return rule
  }
  return policy.fallback
}

/** `host/a/b:tag`, `host/a/b`, `host/a`, `host`, `*.example.com`, `*.com`, ''. */
function* scopesOfReference(reference: Reference): Generator<string> {
  const repository = repositoryOf(reference)
  yield repository + (reference.digest === undefined ? `:${reference.tag}` : `@${reference.digest}`)
  yield* parentsOf(repository)
  const host = reference.domain.replace(/:[0-9]+$/, '')
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) yield `*${host.slice(dot)}`
  yield ''
}

/** docker-archive knows no scopes but ''. */
function* scopesOfPath({ transport, path, name }: Exclude<PolicyPlace, { transport: 'docker' }>): Generator<string> {
  if (transport !== 'docker-archive') {
    if (name !== undefined) yield `${path}:${name}`
    yield* parentsOf(path)
  }
  yield ''
}

/** The path itself, and what it is below, but for `/`. */
function* parentsOf(path: string): Generator<string> {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) yield path.slice(0, end)
}
