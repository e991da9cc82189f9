import type { Storage } from '../open.ts'
import type { Platform } from '../registry/manifest.ts'
import { OCI_INDEX } from '../registry/media-type.ts'
import { choosePlatform } from '../registry/platform.ts'

/**
 * The image for this platform of the manifest list that `name` is: its id, or, where it is not in
 * storage, where it can be had. Undefined where there is no such list, or an image of that name.
 *
 * @throws {TspodError} E_NO_PLATFORM
 */
export function listedImage(storage: Storage, name: string, platform: Platform): string | undefined {
  const list = storage.images.find(name) ? undefined : storage.manifestLists.find(name)
  if (!list) return undefined
  const entries = list.entries.map(({ os, architecture, variant, ...entry }) => ({
    ...entry,
    platform: { os, architecture, variant },
    isAttestation: false,
  }))
  const { digest } = choosePlatform({ kind: 'index', mediaType: OCI_INDEX, entries }, platform)
  const stored = storage.images.list().find((image) => image.manifestDigest === digest)
  const repository = list.entries.find((entry) => entry.digest === digest)?.repository
  return stored?.id ?? (repository ? `${repository}@${digest}` : undefined)
}
