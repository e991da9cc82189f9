import { TspodError } from '../../base/errors.ts'
import type { Digest } from '../content/digest.ts'
import type { Storage } from '../open.ts'
import { MAX_MANIFEST_BYTES, type Platform, parseManifest } from '../registry/manifest.ts'
import { choosePlatform } from '../registry/platform.ts'

/** As deep as a pull follows. */
const MAX_INDEXES = 3

/**
 * The digests from `digest` down to the manifest for this platform, where storage has all of these
 * documents; else `undefined`.
 *
 * @throws {TspodError} E_NO_PLATFORM
 */
export function storedDocuments(storage: Storage, digest: Digest, platform: Platform): readonly Digest[] | undefined {
  const digests = [digest]
  for (let current = digest; digests.length <= MAX_INDEXES + 1; ) {
    const bytes = readIfThere(storage, current)
    if (bytes === undefined) return undefined
    const document = parseManifest(bytes, '')
    if (document.kind === 'manifest') return digests
    current = choosePlatform(document, platform).digest
    digests.push(current)
  }
  return undefined
}

function readIfThere({ content }: Storage, digest: Digest): Buffer | undefined {
  try {
    return content.readBlob(digest, MAX_MANIFEST_BYTES)
  } catch (error) {
    if (error instanceof TspodError && (error.code === 'E_BLOB_MISSING' || error.code === 'E_FILE_TOO_LARGE'))
      return undefined
    throw error
  }
}
