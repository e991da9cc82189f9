import type { Digest } from '../content/digest.ts'
import { pushEndpoint } from '../registry/endpoint.ts'
import { digestMismatch } from '../registry/errors.ts'
import { openPushClient } from '../registry/push-client.ts'
import { formatReference, type Reference } from '../registry/reference.ts'
import type { ImageDocument, ImageSink } from './image-place.ts'
import type { RegistryPlaceOptions } from './registry-source.ts'

export interface RegistrySinkOptions extends RegistryPlaceOptions {
  /** repositories of this registry that are known to have a blob, the likeliest first */
  readonly mountFrom?: (blob: Digest, registry: string) => readonly string[]
}

/**
 * A repository of a registry to write to: never a mirror, but its own place.
 *
 * A blob that is there is not sent, nor one that the registry can take from another repository.
 *
 * @throws {TspodError} E_REGISTRY_BLOCKED, E_BAD_CONFIG; its functions what openPushClient throws
 */
export function registrySink(reference: Reference, options: RegistrySinkOptions): ImageSink {
  const { registries, tlsVerify, mountFrom, ...registry } = options
  const endpoint = pushEndpoint(reference, registries, { tlsVerify })
  const client = openPushClient(endpoint, registry)
  const placesOf = (blob: Digest): readonly string[] =>
    (mountFrom?.(blob, endpoint.registry) ?? []).filter((path) => path !== endpoint.repositoryPath)
  return {
    name: formatReference(reference),
    layers: 'any',
    formats: ['oci', 'docker'],
    hasBlob: async (blob) => (await client.hasBlob(blob)) || (await client.mountBlob(blob, placesOf(blob.digest))),
    writeBlob: (blob, open) => client.uploadBlob(blob, open),
    async writeDocument(document, { isTop }) {
      await client.putManifest(isTop ? versionOf(reference, document) : document.digest, document)
    },
    commit: async () => {},
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  }
}

/** @throws {RegistryFailure} E_DIGEST_MISMATCH: the reference is of another image */
function versionOf(reference: Reference, { digest }: ImageDocument): string {
  if (reference.digest !== undefined && reference.digest !== digest) {
    throw digestMismatch(`the image to be ${formatReference(reference)}`, reference.digest, digest)
  }
  return reference.tag ?? digest
}
