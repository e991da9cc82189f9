import { TspodError } from '../../base/errors.ts'
import { parseJson } from '../../storage/registry/json.ts'
import { parseManifest } from '../../storage/registry/manifest.ts'
import { meaningsOf, tryEach } from '../../storage/registry/try-registries.ts'
import { registrySource } from '../../storage/transports/registry-source.ts'
import type { Engine } from '../engine.ts'
import { indexDocument } from './manifest-list.ts'
import { openAccess, type RegistryAccess } from './registry-access.ts'

/**
 * The index of a manifest list in storage; of any other name what its registry has, as it has it.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_BAD_REFERENCE, what the registry says
 * @see podman-manifest-inspect(1)
 */
export async function inspectManifest(engine: Engine, ref: string, options: RegistryAccess = {}): Promise<unknown> {
  const list = engine.storage.manifestLists.find(ref)
  if (list) return indexDocument(list).index
  const { registries, tlsVerify, registry } = await openAccess(engine, options)
  return await tryEach(meaningsOf(ref, registries), async (reference) => {
    await using source = registrySource(reference, { ...registry, registries, tlsVerify })
    const { bytes, mediaType } = await source.readDocument()
    parseManifest(bytes, mediaType)
    return parseJson(bytes, (problem) => new TspodError('E_REGISTRY_PROTOCOL', `the manifest of ${ref}: ${problem}`))
  })
}
