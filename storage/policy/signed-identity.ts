import { TspodError } from '../../base/errors.ts'
import { normalizeReference, type Reference, repositoryOf } from '../registry/reference.ts'

/** Which names a signature may claim for an image. Source: containers-policy.json(5), `signedIdentity`. */
export type SignedIdentity =
  | { readonly type: 'matchExact' | 'matchRepoDigestOrExact' | 'matchRepository' }
  | { readonly type: 'exactReference'; readonly dockerReference: string }
  | { readonly type: 'exactRepository'; readonly dockerRepository: string }
  | { readonly type: 'remapIdentity'; readonly prefix: string; readonly signedPrefix: string }

/** The name in a signature. What cosign signs has neither tag nor digest, so it is of any version. */
export interface ClaimedName {
  /** `docker.io/library/alpine` */
  readonly repository: string
  /** `docker.io/library/alpine:3.20`; `undefined` where it says no version */
  readonly full: string | undefined
}

/**
 * The name that `text` is to everybody, which must be one.
 * @throws {TspodError} E_BAD_REFERENCE
 */
export function parseClaimedName(text: string): ClaimedName {
  if (text.includes('://')) throw new TspodError('E_BAD_REFERENCE', `${JSON.stringify(text)} is not an image name`)
  const repository = repositoryOf(normalizeReference(text))
  const version = /(?::[^:/@]+)?(?:@.*)?$/.exec(text)?.[0] ?? ''
  return { repository, full: version === '' ? undefined : repository + version }
}

/**
 * Whether a signature that claims to be of `claimed` may be one for the image that was asked for.
 *
 * @param asked the name asked for; `undefined` where the image has none, as in a directory
 */
export function acceptsIdentity(identity: SignedIdentity, asked: Reference | undefined, claimed: ClaimedName): boolean {
  switch (identity.type) {
    case 'exactReference':
      return claimed.full !== undefined && claimed.full === parseClaimedName(identity.dockerReference).full
    case 'exactRepository':
      return claimed.repository === parseClaimedName(identity.dockerRepository).repository
    case 'matchRepository':
      return asked !== undefined && claimed.repository === repositoryOf(asked)
    case 'matchExact':
      return asked !== undefined && claimed.full === exactName(asked)
    case 'matchRepoDigestOrExact':
      return asked !== undefined && matchesRepoDigestOrExact(asked, repositoryOf(asked), claimed)
    case 'remapIdentity':
      return asked !== undefined && matchesRepoDigestOrExact(asked, remapped(repositoryOf(asked), identity), claimed)
  }
}

function matchesRepoDigestOrExact(asked: Reference, repository: string, claimed: ClaimedName): boolean {
  if (claimed.full === undefined) return false
  if (asked.digest !== undefined) return claimed.repository === repository
  return claimed.full === `${repository}:${asked.tag}`
}

/** A digest says which image it is, whatever the tag beside it. */
function exactName(asked: Reference): string {
  return repositoryOf(asked) + (asked.digest === undefined ? `:${asked.tag}` : `@${asked.digest}`)
}

function remapped(repository: string, { prefix, signedPrefix }: { prefix: string; signedPrefix: string }): string {
  if (repository === prefix) return signedPrefix
  return repository.startsWith(`${prefix}/`) ? signedPrefix + repository.slice(prefix.length) : repository
}
