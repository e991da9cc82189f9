import type { Digest } from '../content/digest.ts'
import { admitImage, admitPlace } from '../policy/admit-image.ts'
import { type AttachedSignature, fetchSignatures } from '../policy/attached-signatures.ts'
import { findRule, type PolicyPlace } from '../policy/find-rule.ts'
import type { TrustPolicy } from '../policy/trust-policy.ts'
import { openRegistry, type RegistryClient } from '../registry/client.ts'
import { endpointsFor } from '../registry/endpoint.ts'
import { readBlob } from '../registry/read-blob.ts'
import { formatReference, type Reference } from '../registry/reference.ts'
import type { RegistriesConfig } from '../registry/registries-config.ts'
import type { RegistryOptions } from '../registry/registry-options.ts'
import { readContents } from './document-contents.ts'
import type { ImageDocument, ImageSource } from './image-place.ts'

/** How to get at a registry: what registries.conf says, and logins, certificates, proxies and the like. */
export interface RegistryPlaceOptions extends RegistryOptions {
  readonly registries: RegistriesConfig
  readonly tlsVerify?: boolean | undefined
}

export interface RegistrySourceOptions extends RegistryPlaceOptions {
  /** which images may be read; all, where none is given */
  readonly trust?: TrustPolicy
  /** what of that was checked, a line for each demand */
  readonly onVerified?: ((line: string) => void) | undefined
}

/**
 * An image on a registry, or on a mirror of it. Nothing is asked yet. A manifest that is read has
 * been admitted by the policy.
 *
 * @throws {TspodError} E_REGISTRY_BLOCKED, E_BAD_CONFIG, what admitPlace throws
 * @throws {TspodError} from its functions: what openRegistry and admitImage throw
 */
export function registrySource(reference: Reference, options: RegistrySourceOptions): ImageSource {
  const { registries, tlsVerify, trust, onVerified, ...registry } = options
  const place: PolicyPlace = { transport: 'docker', reference }
  if (trust) admitPlace(findRule(trust, place), place)
  const client = openRegistry(endpointsFor(reference, registries, { tlsVerify }), registry)
  const admit = trust ? admission(client, place, { trust, onVerified }) : async () => {}
  return sourceOf(client, { reference, admit }, registry)
}

interface Source {
  readonly reference: Reference
  readonly admit: (document: ImageDocument) => Promise<void>
}

function sourceOf(client: RegistryClient, { reference, admit }: Source, options: RegistryOptions): ImageSource {
  const { onNotice, signal, retry } = options
  const reading = { ...(onNotice && { onNotice }), ...(retry && { retry }), signal }
  return {
    name: formatReference(reference),
    async readDocument(digest) {
      const fetched = await client.fetchDocument(digest === undefined ? reference : { digest })
      const document = { mediaType: fetched.mediaType, digest: fetched.digest, bytes: fetched.bytes }
      await admit(document)
      return document
    },
    openBlob: (blob, offset) => readBlob(client, blob, { ...reading, offset }),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  }
}

/** The first document that is read is what the name means; all others are of it. */
function admission(
  client: RegistryClient,
  place: Extract<PolicyPlace, { transport: 'docker' }>,
  { trust, onVerified }: Pick<RegistrySourceOptions, 'onVerified'> & { readonly trust: TrustPolicy },
): Source['admit'] {
  const known = new Map<Digest, Promise<readonly AttachedSignature[]>>()
  const signaturesOf = (digest: Digest): Promise<readonly AttachedSignature[]> => {
    const signatures = known.get(digest) ?? fetchSignatures(client, digest)
    known.set(digest, signatures)
    return signatures
  }
  let top: Digest | undefined
  return async (document) => {
    top ??= document.digest
    if (readContents(document, formatReference(place.reference)).kind === 'index') return
    const candidate = { place, digests: [document.digest, top], signaturesOf }
    for (const line of await admitImage(findRule(trust, place), candidate)) onVerified?.(line)
  }
}
