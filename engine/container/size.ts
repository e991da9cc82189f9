import { treeBytes } from '../../storage/check/tree-bytes.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'

export interface ContainerSize {
  /** of what the container wrote */
  readonly rwBytes: number
  /** of all its files, the image's among them */
  readonly rootFsBytes: number
}

/** Walks what the container wrote; of the image it is known. Source: podman-ps(1), "--size". */
export function containerSize(engine: Engine, row: ContainerRow): ContainerSize {
  const { images } = engine.storage
  const image = row.imageId === null ? undefined : images.find(row.imageId)
  const imageBytes = (image?.layers ?? []).reduce((sum, layer) => sum + layer.unpackedSizeBytes, 0)
  const [own = ''] = engine.storage.driver(row.driver).directories(row.id, row.layers)
  const bytes = own === '' ? 0 : treeBytes(own)
  // Without layers of its own a driver has copied those of the image.
  const rwBytes = row.driver === 'vfs' ? Math.max(0, bytes - imageBytes) : bytes
  return { rwBytes, rootFsBytes: rwBytes + imageBytes }
}
