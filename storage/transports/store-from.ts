import { TspodError } from '../../base/errors.ts'
import { hexOf } from '../content/digest.ts'
import type { Image } from '../images/image.ts'
import type { PullObserver } from '../images/progress.ts'
import { storeImage } from '../images/store-image.ts'
import type { Storage } from '../open.ts'
import { type Platform, parseManifest } from '../registry/manifest.ts'
import { choosePlatform, linuxPlatform } from '../registry/platform.ts'
import type { ImageDocument, ImageSource } from './image-place.ts'

export interface StoreOptions extends PullObserver {
  /** full references */
  readonly names: readonly string[]
  readonly platform?: Platform
  /** of the registry it comes from, `docker.io/library/alpine` */
  readonly repository?: string
  /** the source's manifest is made up, so that of an image that is here already is the better one */
  readonly isMadeUp?: boolean
}

const MAX_INDEXES = 3

/**
 * Takes an image from any place into storage, unpacked while it is read. Of an index, the image for
 * one platform. An image that is here as a registry has it stays so: it can be pushed byte for byte.
 *
 * @throws {TspodError} E_NO_PLATFORM, what storeImage and the source throw
 */
export async function storeFrom(storage: Storage, source: ImageSource, options: StoreOptions): Promise<Image> {
  const { manifest, documents } = await chooseImage(source, options.platform ?? linuxPlatform(process.arch))
  const document = documents.at(-1)
  if (!document) throw new Error('an image without a manifest')
  const existing = findWhole(storage, hexOf(manifest.config.digest))
  if (existing && (options.isMadeUp || (existing.repoDigests.length > 0 && options.repository === undefined))) {
    for (const name of options.names) storage.images.tag(existing.id, name)
    return storage.images.resolve(existing.id)
  }
  const { takeBlob } = source
  return await storeImage(
    storage,
    {
      manifest,
      manifestDigest: document.digest,
      documents: documents.map(({ bytes }) => bytes),
      source: {
        open: (blob, offset) => source.openBlob(blob, offset),
        ...(takeBlob && { take: (blob, path) => takeBlob(blob, path) }),
      },
      names: options.names,
      repoDigests:
        options.repository === undefined ? [] : documents.map(({ digest }) => `${options.repository}@${digest}`),
    },
    options,
  )
}

/** The image for this platform, and the documents that lead to it. */
async function chooseImage(source: ImageSource, platform: Platform) {
  const documents: ImageDocument[] = []
  let next = await source.readDocument()
  for (let depth = 0; depth <= MAX_INDEXES; depth++) {
    documents.push(next)
    const manifest = parseManifest(next.bytes, next.mediaType)
    if (manifest.kind === 'manifest') return { manifest, documents }
    next = await source.readDocument(choosePlatform(manifest, platform).digest)
  }
  throw new TspodError('E_BAD_IMAGE', `${source.name} is an index of indexes of indexes`)
}

function findWhole(storage: Storage, id: string): Image | undefined {
  const image = storage.images.find(id)
  return image?.layers.every(({ chainId }) => storage.layers.has(chainId)) ? image : undefined
}
