import { statSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import { type Digest, digestOfHex } from '../content/digest.ts'
import type { Image, ImageLayer } from '../images/image.ts'
import { createTide } from '../layers/growing-file.ts'
import { readLayerRecord } from '../layers/layer-record.ts'
import { openUnpackPool, type UnpackPool } from '../layers/unpack-pool.ts'
import type { Storage } from '../open.ts'
import { removeTree } from '../remove-tree.ts'
import { temporaryPath } from '../temporary.ts'
import { compareTrees } from './compare-trees.ts'
import { verifyBlob } from './verify-blob.ts'

export interface DamagedBlob {
  readonly kind: 'blob'
  readonly digest: Digest
  readonly problem: string
  /** those that need it */
  readonly images: readonly Image[]
}

export interface DamagedLayer {
  readonly kind: 'layer'
  readonly layer: ImageLayer
  readonly problem: string
  readonly images: readonly Image[]
}

export interface CheckOptions {
  /** names and sizes only, no content */
  readonly quick: boolean
}

/** Blobs of images that are missing or are not what their digest says. */
export async function checkBlobs(storage: Storage, options: CheckOptions): Promise<DamagedBlob[]> {
  const sizes = new Map<string, number>()
  const owners = new Map<Digest, Image[]>()
  for (const image of storage.images.list()) {
    for (const { blobDigest, blobSizeBytes } of image.layers) sizes.set(blobDigest, blobSizeBytes)
    const all = [...storage.images.blobsOf(image.id), image.manifestDigest, digestOfHex(image.id)]
    for (const digest of new Set(all)) owners.set(digest, [...(owners.get(digest) ?? []), image])
  }
  const damaged: DamagedBlob[] = []
  for (const [digest, images] of owners) {
    const problem = await verifyBlob(storage, { digest, sizeBytes: sizes.get(digest) }, options)
    if (problem !== undefined) damaged.push({ kind: 'blob', digest, problem, images })
  }
  return damaged
}

/**
 * Unpacked layers that are missing or not what their blob has in it: it is unpacked once more
 * beside them and compared. One whose blob is damaged cannot be compared, only looked for.
 */
export async function checkLayers(
  storage: Storage,
  damagedBlobs: ReadonlySet<Digest>,
  options: CheckOptions,
): Promise<DamagedLayer[]> {
  await using pool = openUnpackPool(1)
  const owners = new Map<string, { readonly layer: ImageLayer; readonly images: Image[] }>()
  for (const image of storage.images.list()) {
    for (const layer of image.layers) {
      const known = owners.get(layer.chainId)
      const isBetter = known === undefined || damagedBlobs.has(known.layer.blobDigest)
      owners.set(layer.chainId, { layer: isBetter ? layer : known.layer, images: [...(known?.images ?? []), image] })
    }
  }
  const damaged: DamagedLayer[] = []
  for (const { layer, images } of owners.values()) {
    const isComparable = !options.quick && !damagedBlobs.has(layer.blobDigest)
    const problem =
      findMissing(storage, layer) ?? (isComparable ? await compareWithBlob(storage, pool, layer) : undefined)
    if (problem !== undefined) damaged.push({ kind: 'layer', layer, problem, images })
  }
  return damaged
}

function findMissing({ paths }: Storage, { chainId }: ImageLayer): string | undefined {
  if (!statSync(paths.layer(chainId), { throwIfNoEntry: false })?.isDirectory()) return 'it is missing'
  try {
    if (readLayerRecord(paths.layerRecord(chainId)).chainId !== chainId) return 'its record is of another layer'
    return undefined
  } catch {
    return 'its record cannot be read'
  }
}

async function compareWithBlob(storage: Storage, pool: UnpackPool, layer: ImageLayer): Promise<string | undefined> {
  const { paths } = storage
  const target = temporaryPath(paths.temporary, 'check')
  const tide = createTide()
  tide.rise(layer.blobSizeBytes)
  tide.end()
  try {
    await pool.unpack({ blobPaths: [paths.blob(layer.blobDigest)], target, diffId: layer.diffId, tide })
    return compareTrees(target, paths.layer(layer.chainId))
  } catch (error) {
    // The blob is whole, so the image never was: nothing to compare with.
    if (error instanceof TspodError && /^E_(LAYER|DIFF_ID)_/.test(error.code)) return `its blob: ${error.message}`
    throw error
  } finally {
    removeTree(target)
  }
}
