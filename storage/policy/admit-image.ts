import { TspodError } from '../../base/errors.ts'
import type { Digest } from '../content/digest.ts'
import { formatReference, type Reference } from '../registry/reference.ts'
import type { AttachedSignature } from './attached-signatures.ts'
import { cannotCheck, notSigned, rejected } from './errors.ts'
import type { PolicyPlace } from './find-rule.ts'
import { parsePayload } from './payload.ts'
import { isSignedBy, loadPublicKey, type PublicKey } from './public-key.ts'
import { acceptsIdentity, type ClaimedName, parseClaimedName } from './signed-identity.ts'
import type { Rule, SignedRequirement } from './trust-policy.ts'

/** An image that is about to be taken. */
export interface Candidate {
  readonly place: PolicyPlace
  /** the image's manifest; then the index that it was chosen from, where there is one */
  readonly digests: readonly Digest[]
  /** those there are for this digest; none where the place keeps no signatures */
  readonly signaturesOf: (digest: Digest) => Promise<readonly AttachedSignature[]>
}

/**
 * Refuses what needs no look at the image: to be called before anything is asked of its place.
 *
 * @throws {TspodError} E_POLICY_REJECT, E_POLICY_UNSUPPORTED
 */
export function admitPlace(rule: Rule, place: PolicyPlace): void {
  const subject = subjectOf(place)
  for (const requirement of rule.requirements) {
    if (requirement.type === 'reject') throw rejected(subject, requirement.origin)
    if (requirement.type === 'unsupported') throw cannotCheck(subject, requirement.what, requirement.origin)
  }
}

/**
 * Admits an image that meets all requirements of the rule, and says for each in a line by what.
 *
 * A signature of the index counts for each image in it: its digest stands for theirs. The image's own
 * comes first.
 *
 * @throws {TspodError} E_NOT_SIGNED: with what is wrong with the signatures there are
 * @throws {TspodError} E_BAD_POLICY: a key cannot be used; what admitPlace and `signaturesOf` throw
 */
export async function admitImage(rule: Rule, candidate: Candidate): Promise<string[]> {
  admitPlace(rule, candidate.place)
  const subject = subjectOf(candidate.place)
  const demands = rule.requirements.filter((requirement) => requirement.type === 'sigstoreSigned')
  if (demands.length === 0) return [`${subject}: not verified, ${rule.origin} accepts anything`]
  const found = await collectSignatures(candidate)
  return demands.map((demand) => `${subject}: ${meets(demand, found, candidate.place)}`)
}

interface FoundSignature extends AttachedSignature {
  /** of what it has to be */
  readonly digest: Digest
}

async function collectSignatures({ digests, signaturesOf }: Candidate): Promise<FoundSignature[]> {
  const found: FoundSignature[] = []
  for (const digest of new Set(digests)) {
    for (const one of await signaturesOf(digest)) found.push({ ...one, digest })
  }
  return found
}

function meets(demand: SignedRequirement, found: readonly FoundSignature[], place: PolicyPlace): string {
  const subject = subjectOf(place)
  const keys = demand.keys.map((source) => loadPublicKey(source, demand.origin))
  if (found.length === 0) throw notSigned(subject, demand.origin, 'it has no signature')
  const problems = new Set<string>()
  for (const signature of found) {
    const key = keys.find((one) => isSignedBy(one, signature.payload, signature.signature))
    const claim = key && readClaim(signature)
    const problem = problemOf({ key, claim, digest: signature.digest, demand, place })
    if (key && typeof claim === 'object' && problem === undefined) {
      const of = `${claim.name.full ?? claim.name.repository} (${signature.digest})`
      return `signed by ${key.name} as ${of}, as ${demand.origin} demands`
    }
    if (problem !== undefined) problems.add(problem)
  }
  throw notSigned(subject, demand.origin, [...problems].slice(0, 3).join('; '))
}

interface Claim {
  readonly manifestDigest: Digest
  readonly name: ClaimedName
}

/** A text is what is wrong with it. */
function readClaim({ payload }: FoundSignature): Claim | string {
  try {
    const { manifestDigest, dockerReference } = parsePayload(payload, notSigning)
    return { manifestDigest, name: parseClaimedName(dockerReference) }
  } catch (error) {
    if (!(error instanceof TspodError)) throw error
    return error.message
  }
}

function notSigning(problem: string): TspodError {
  return new TspodError('E_NOT_SIGNED', `what is signed is not valid: ${problem}`)
}

interface Judged {
  readonly key: PublicKey | undefined
  readonly claim: Claim | string | undefined
  readonly digest: Digest
  readonly demand: SignedRequirement
  readonly place: PolicyPlace
}

function problemOf({ key, claim, digest, demand, place }: Judged): string | undefined {
  if (!key || claim === undefined) return 'its signature is of another key'
  if (typeof claim === 'string') return claim
  if (claim.manifestDigest !== digest) return `its signature is that of another image, ${claim.manifestDigest}`
  if (acceptsIdentity(demand.identity, nameOf(place), claim.name)) return undefined
  return `it is signed as ${claim.name.full ?? claim.name.repository}, which ${demand.identity.type} does not allow`
}

function nameOf(place: PolicyPlace): Reference | undefined {
  return place.transport === 'docker' ? place.reference : undefined
}

function subjectOf(place: PolicyPlace): string {
  if (place.transport === 'docker') return formatReference(place.reference)
  return `${place.transport}:${place.path}${place.name === undefined ? '' : `:${place.name}`}`
}
