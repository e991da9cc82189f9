import { existsSync, renameSync, rmSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import { type Digest, digestOfHex, hexOf } from '../content/digest.ts'
import { ensureLayer } from '../images/ensure-layer.ts'
import type { Image, ImageLayer } from '../images/image.ts'
import { createSlots } from '../layers/slots.ts'
import { openUnpackPool } from '../layers/unpack-pool.ts'
import type { Storage } from '../open.ts'
import { MAX_CONFIG_BYTES } from '../registry/image-config.ts'
import { MAX_MANIFEST_BYTES, parseManifest } from '../registry/manifest.ts'
import { removeTree } from '../remove-tree.ts'
import { temporaryPath } from '../temporary.ts'
import type { ImageSource } from '../transports/image-place.ts'
import { verifyBlob } from './verify-blob.ts'

/** Opens the repository that an image came from, `docker.io/library/alpine`. */
export type OpenRepository = (repository: string) => ImageSource

/**
 * Gets a damaged blob of an image again, by its digest, from where the image came from. Returns
 * from where; `undefined` where another command was faster. What was damaged is gone afterwards,
 * whether or not that worked.
 *
 * @throws {TspodError} E_NOT_REPAIRABLE: the image came from no registry; what the registry says
 */
export async function repairBlob(
  storage: Storage,
  image: Image,
  digest: Digest,
  open: OpenRepository,
): Promise<string | undefined> {
  const layer = image.layers.find(({ blobDigest }) => blobDigest === digest)
  if (!(await removeDamaged(storage, { digest, sizeBytes: layer?.blobSizeBytes }))) return undefined
  return await fromAnywhere(image, open, async (source) => {
    if (layer) await fetchLayer(storage, layer, source)
    else if (digest === digestOfHex(image.id)) await fetchConfig(storage, image, source)
    else storage.content.putBlob((await source.readDocument(digest)).bytes, digest)
  })
}

/** False where it is whole by now: a pull, or another repair, may have got it since it was looked at. */
async function removeDamaged(
  storage: Storage,
  blob: { readonly digest: Digest; readonly sizeBytes: number | undefined },
): Promise<boolean> {
  const { locks, paths } = storage
  using _blob = await locks.acquire('blob', hexOf(blob.digest), { doing: 'repairing a blob' })
  if ((await verifyBlob(storage, blob, { quick: false })) === undefined) return false
  rmSync(paths.blob(blob.digest), { force: true })
  rmSync(paths.partialBlob(blob.digest), { force: true })
  return true
}

/**
 * Unpacks a layer anew: from its own blob where that is whole, else from a blob that is fetched.
 * Where that fails, what there was stays. No container may be running on it.
 */
export async function repairLayer(
  storage: Storage,
  image: Image,
  layer: ImageLayer,
  open: OpenRepository,
): Promise<string> {
  const { paths, content } = storage
  const directory = paths.layer(layer.chainId)
  const aside = temporaryPath(paths.temporary, 'layer')
  const isWhole = content.hasBlob({ digest: layer.blobDigest, sizeBytes: layer.blobSizeBytes })
  if (existsSync(directory)) renameSync(directory, aside)
  try {
    if (!isWhole) return await fromAnywhere(image, open, (source) => fetchLayer(storage, layer, source))
    await fetchLayer(storage, layer, undefined)
    return 'its own blob'
  } finally {
    if (!existsSync(directory) && existsSync(aside)) renameSync(aside, directory)
    removeTree(aside)
  }
}

async function fetchLayer(storage: Storage, layer: ImageLayer, source: ImageSource | undefined): Promise<void> {
  await using pool = openUnpackPool(1)
  const { chainId, diffId, blobDigest, blobSizeBytes } = layer
  const open = source ? source.openBlob : nothingToFetch
  await ensureLayer(
    { storage, pool, downloads: createSlots(1), source: { open } },
    { chainId, diffId, blob: { digest: blobDigest, sizeBytes: blobSizeBytes } },
  )
}

function nothingToFetch(): never {
  throw new TspodError('E_NOT_REPAIRABLE', 'its own blob cannot be unpacked')
}

/** How large it is only the manifest says. */
async function fetchConfig({ content }: Storage, image: Image, source: ImageSource): Promise<void> {
  const manifest = parseManifest(content.readBlob(image.manifestDigest, MAX_MANIFEST_BYTES), image.manifestMediaType)
  if (manifest.kind !== 'manifest' || manifest.config.sizeBytes > MAX_CONFIG_BYTES) {
    throw new TspodError('E_NOT_REPAIRABLE', 'its manifest does not say what its configuration is')
  }
  const { digest, sizeBytes } = manifest.config
  await content.writeBlob(source.openBlob({ digest, sizeBytes }, 0), digest, sizeBytes)
}

/** Tries each repository the image came from; the first failure is told where none works. */
async function fromAnywhere(
  image: Image,
  open: OpenRepository,
  fetch: (source: ImageSource) => Promise<void>,
): Promise<string> {
  const failures: TspodError[] = []
  for (const repository of repositoriesOf(image)) {
    try {
      await using source = open(repository)
      await fetch(source)
      return repository
    } catch (error) {
      if (!(error instanceof TspodError)) throw error
      failures.push(error)
    }
  }
  throw failures[0] ?? new TspodError('E_NOT_REPAIRABLE', 'it came from no registry')
}

function repositoriesOf({ repoDigests, names }: Image): string[] {
  const digests = repoDigests.map((reference) => reference.replace(/@.*$/, ''))
  const named = names.map((name) => name.replace(/:[^:/]*$/, ''))
  return [...new Set([...digests, ...named])].filter((repository) => !repository.startsWith('localhost/'))
}
