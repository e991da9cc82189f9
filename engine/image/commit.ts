import type { Stats } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import { diffTrees } from '../../storage/images/diff-trees.ts'
import type { Image } from '../../storage/images/image.ts'
import { nameForTag } from '../../storage/images/local-names.ts'
import { type MadeLayer, openLayerFile, storeMade } from '../../storage/images/store-made.ts'
import { tarOfMerged } from '../../storage/images/tar-of-merged.ts'
import type { OwnerMap } from '../../storage/layers/mapped-ids.ts'
import { tarOfUpper } from '../../storage/layers/tar-of-upper.ts'
import { MAX_MANIFEST_BYTES, parseManifest } from '../../storage/registry/manifest.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { parseContainerConfig } from '../container/config.ts'
import { pauseContainer } from '../container/pause.ts'
import { observe, observeHere } from '../container/reconcile.ts'
import { unpauseContainer } from '../container/unpause.ts'
import { readWhole } from '../container/whole.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { type CommitConfig, committedConfig } from './committed-config.ts'
import { isMountPoint } from './mounted-over.ts'
import type { PullIo } from './pull.ts'

export interface CommitOptions extends PullIo, CommitConfig {
  /** the name it gets; a short one is on localhost */
  readonly name?: string
  /** hold the container's processes meanwhile */
  readonly pause?: boolean
  readonly format?: 'oci' | 'docker'
  /** one layer with all files rather than one with the changes */
  readonly squash?: boolean
}

/**
 * Makes an image of a container, whether it runs or not: its image, a layer with what it changed,
 * and its configuration. What is mounted into it is not in it.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_CONTAINER_INCOMPLETE, E_AMBIGUOUS_REF, E_BAD_CHANGE, E_BAD_REFERENCE, E_CANNOT_PAUSE
 * @throws {TspodError} E_BLOB_MISSING: a layer of its image is not whole; what storeImage throws
 * @see podman-commit(1)
 */
export async function commitContainer(engine: Engine, ref: string, options: CommitOptions): Promise<Image> {
  const { storage } = engine
  const container = observeHere(engine, storage.containers.resolve(ref))
  const base = imageOf(engine, container)
  const names = options.name === undefined ? [] : [nameForTag(options.name)]
  const config = committedConfig(storage, { container, base, options })
  using layer = await makeLayer(engine, container, options)
  const below = options.squash ? [] : layersOf(engine, base)
  const made = { config, below, layer, format: options.format ?? ('oci' as const), names }
  const image = await storeMade(storage, made, { onNotice: options.onNotice })
  recordContainerEvent(engine, container, 'commit', { imageID: image.id, imageRef: names[0] ?? '' })
  return image
}

function imageOf({ storage }: Engine, { imageId, name }: ContainerRow): Image {
  const image = imageId === null ? undefined : storage.images.find(imageId)
  if (image) return image
  throw new TspodError('E_NO_IMAGE', `the container ${name} has no image`)
}

/** The container holds still only as long as its files are read. */
async function makeLayer(engine: Engine, container: ContainerRow, options: CommitOptions): Promise<MadeLayer> {
  await using _paused = options.pause && container.status === 'running' ? await pause(engine, container) : undefined
  using file = openLayerFile(engine.storage)
  readWhole(engine, container.id, () => {
    for (const piece of layerPieces(engine, container, options)) file.write(piece)
  })
  return file.finish()
}

async function pause(engine: Engine, { id }: ContainerRow): Promise<AsyncDisposable> {
  await pauseContainer(engine, id)
  return {
    async [Symbol.asyncDispose]() {
      const now = engine.storage.containers.find(id)
      // It may have been killed meanwhile.
      if (now && observe(engine, now).status === 'paused') await unpauseContainer(engine, id)
    },
  }
}

function layerPieces({ storage }: Engine, container: ContainerRow, options: CommitOptions): Generator<Buffer> {
  const { id, layers, driver } = container
  const { layerMap: owners } = parseContainerConfig(container.config)
  const directories = storage.driver(driver).directories(id, layers)
  const [top = ''] = directories
  if (options.squash) return tarOfMerged(directories, { topOwners: owners })
  // A container of an overlay has its changes in a directory of their own; of any other they are found out.
  if (directories.length > 1 || layers.length === 0) return tarOfUpper(top, { wants: isOwn, owners })
  return changesOf(layers.map(storage.paths.layer).reverse(), top, owners)
}

function changesOf(image: readonly string[], rootfs: string, owners: OwnerMap | undefined): Generator<Buffer> {
  const changes = diffTrees(image, [rootfs], owners)
  const kept = new Set(changes.flatMap(({ kind, path }) => (kind === 'deleted' ? [] : [path])))
  const hidden = new Map<string, string[]>()
  for (const { kind, path } of changes) {
    if (kind !== 'deleted') continue
    const slash = path.lastIndexOf('/')
    hidden.set(path.slice(0, slash), [...(hidden.get(path.slice(0, slash)) ?? []), path.slice(slash + 1)])
  }
  return tarOfMerged([rootfs], {
    topOwners: owners,
    wants: (path, { stat }) => kept.has(path) && isOwn(path, stat),
    whiteoutsIn: (path) => hidden.get(path) ?? [],
  })
}

/** Not an empty file that the engine made as a place to mount something on. */
function isOwn(path: string, stat: Stats): boolean {
  return !(isMountPoint(path) && stat.isFile() && stat.size === 0)
}

function layersOf({ storage }: Engine, base: Image) {
  const bytes = storage.content.readBlob(base.manifestDigest, MAX_MANIFEST_BYTES)
  const manifest = parseManifest(bytes, base.manifestMediaType)
  if (manifest.kind !== 'manifest') throw new Error(`image ${base.id} has an index for a manifest`)
  return manifest.layers.flatMap(({ digest, sizeBytes, compression }, index) => {
    const diffId = base.config.diffIds[index]
    return diffId === undefined ? [] : [{ digest, sizeBytes, compression, diffId }]
  })
}
