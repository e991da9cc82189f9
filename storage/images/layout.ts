import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { readBounded } from '../../base/files.ts'
import { type Digest, digestOfHex, hexOf } from '../content/digest.ts'
import { blobMismatch } from '../content/errors.ts'
import type { Storage } from '../open.ts'
import { type ImageManifest, MAX_MANIFEST_BYTES, type Platform, parseManifest } from '../registry/manifest.ts'
import { OCI_INDEX } from '../registry/media-type.ts'
import { choosePlatform, linuxPlatform } from '../registry/platform.ts'
import type { Image } from './image.ts'
import { nameForTag } from './local-names.ts'
import type { PullObserver } from './progress.ts'
import { storeImage } from './store-image.ts'

export interface LayoutOptions extends PullObserver {
  readonly platform?: Platform
}

const MAX_INDEXES = 3

/**
 * Takes an image from an OCI image layout (index.json and blobs/), verified as if it came from a
 * registry. A name without a registry is on localhost.
 *
 * @throws {TspodError} E_BAD_REFERENCE, E_NO_PLATFORM, E_DIGEST_MISMATCH, what storeImage throws
 * @see OCI image-spec, image-layout.md
 */
export async function loadOciLayout(
  storage: Storage,
  directory: string,
  name: string,
  options: LayoutOptions = {},
): Promise<Image> {
  const platform = options.platform ?? linuxPlatform(process.arch)
  const { manifest, digest, documents } = readLayout(directory, platform)
  const incoming = {
    manifest,
    manifestDigest: digest,
    documents,
    source: { open: (blob: { digest: Digest }, start: number) => openBlob(directory, blob.digest, start) },
    names: [nameForTag(name)],
    repoDigests: [],
  }
  return storeImage(storage, incoming, options)
}

function readLayout(directory: string, platform: Platform) {
  const index = readBounded(join(directory, 'index.json'), MAX_MANIFEST_BYTES)
  let document = parseManifest(index, OCI_INDEX)
  const documents: Buffer[] = []
  for (let depth = 0; depth <= MAX_INDEXES && document.kind === 'index'; depth++) {
    const chosen = choosePlatform(document, platform)
    const bytes = readVerified(directory, chosen.digest)
    documents.push(bytes)
    document = parseManifest(bytes, chosen.mediaType)
    if (document.kind === 'manifest')
      return { manifest: document satisfies ImageManifest, digest: chosen.digest, documents }
  }
  throw new TspodError('E_BAD_IMAGE', `${directory} has no image in its index`)
}

function readVerified(directory: string, digest: Digest): Buffer {
  const bytes = readBounded(blobPath(directory, digest), MAX_MANIFEST_BYTES)
  const actual = digestOfHex(createHash('sha256').update(bytes).digest('hex'))
  if (actual !== digest) throw blobMismatch(digest, actual)
  return bytes
}

function openBlob(directory: string, digest: Digest, start: number): AsyncIterable<Uint8Array> {
  return createReadStream(blobPath(directory, digest), { start, highWaterMark: 1 << 18 })
}

function blobPath(directory: string, digest: Digest): string {
  return join(directory, 'blobs/sha256', hexOf(digest))
}
