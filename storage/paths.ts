import { join } from 'node:path'
import { type Digest, hexOf } from './content/digest.ts'

/**
 * Where things are below `root` (persistent) and `runroot` (gone after a reboot). Pure.
 *
 * A layer's directory has a short name, so that 127 of them, given relative to `layers`, fit
 * into the 4096 bytes of one mount option; the full chain id is in the database.
 */
export interface StoragePaths {
  readonly root: string
  readonly runroot: string
  readonly database: string
  readonly blobs: string
  readonly layers: string
  /** layers as containers with maps of ids of their own need them: a directory a map; see layers/mapped-layers.ts */
  readonly allMappedLayers: string
  readonly containers: string
  readonly volumes: string
  readonly temporary: string
  readonly locks: string
  blob(digest: Digest): string
  /** what there is of a blob that is still being fetched */
  partialBlob(digest: Digest): string
  layer(chainId: string): string
  /** @param name what `mapName` says of the map */
  mappedLayers(name: string): string
  /** what a layer's directory cannot say: see LayerRecord */
  layerRecord(chainId: string): string
  /** a directory without anything in it, the only layer of an image that has none */
  readonly emptyLayer: string
  container(id: string): string
  containerRuntime(id: string): string
  /** the directory that is mounted */
  volumeData(name: string): string
  volume(name: string): string
  /** what a secret is, by its id */
  readonly secrets: string
  secret(id: string): string
}

/** Source: OCI image-spec gives 64 digits; 96 bits of them are enough to be unique on one machine. */
const SHORT_DIGITS = 24

export function storagePaths(root: string, runroot: string): StoragePaths {
  const layers = join(root, 'layers')
  const temporary = join(root, 'tmp')
  const layer = (chainId: string): string => join(layers, layerName(chainId))
  return {
    root,
    runroot,
    database: join(root, 'state.db'),
    blobs: join(root, 'blobs/sha256'),
    layers,
    allMappedLayers: join(root, 'layers-mapped'),
    containers: join(root, 'containers'),
    volumes: join(root, 'volumes'),
    temporary,
    locks: join(root, 'locks'),
    blob: (digest) => join(root, 'blobs/sha256', hexOf(digest)),
    partialBlob: (digest) => join(temporary, `partial-${hexOf(digest)}`),
    layer,
    mappedLayers: (name) => join(root, 'layers-mapped', name),
    layerRecord: (chainId) => `${layer(chainId)}.json`,
    emptyLayer: join(layers, EMPTY_LAYER_NAME),
    container: (id) => join(root, 'containers', id),
    containerRuntime: (id) => join(runroot, 'containers', id),
    volume: (name) => join(root, 'volumes', name),
    secrets: join(root, 'secrets'),
    secret: (id) => join(root, 'secrets', id),
    volumeData: (name) => join(root, 'volumes', name, '_data'),
  }
}

/** The name of a layer's directory inside `layers`. */
export function layerName(chainId: string): string {
  return chainId.slice('sha256:'.length, 'sha256:'.length + SHORT_DIGITS)
}

export const EMPTY_LAYER_NAME = 'empty'
