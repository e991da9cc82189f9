import { mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { monotonicMs } from '../../base/clock.ts'
import { layerMissing } from '../drivers/errors.ts'
import { explainNoSpace } from '../errors.ts'
import type { Locks } from '../locks.ts'
import { layerName, type StoragePaths } from '../paths.ts'
import { removeTree } from '../remove-tree.ts'
import { temporaryPath } from '../temporary.ts'
import { copyTree } from './copy-tree.ts'
import { readLayerRecord } from './layer-record.ts'
import { mapName } from './map-name.ts'
import type { LayerMap } from './mapped-ids.ts'
import { makeMappedTree } from './mapped-tree.ts'
import { shiftOwners } from './shift-owners.ts'

export interface MappedLayersContext {
  readonly paths: Pick<StoragePaths, 'layer' | 'layerRecord' | 'mappedLayers' | 'temporary'>
  readonly locks: Locks
  /** called once where it takes more than a moment */
  readonly onSlow: () => void
}

/** Another process may be at the same layer. */
const LOCK_TIMEOUT_MS = 3_600_000
const MOMENT_MS = 1000

/**
 * Makes sure that each layer is there with the owners a container with this map needs on the disk:
 * once for all containers with the same map. One appears whole under its name, or not at all.
 *
 * @throws {TspodError} E_ID_NOT_MAPPED, E_LAYER_MISSING, E_NO_SPACE
 */
export async function ensureMappedLayers(
  context: MappedLayersContext,
  chainIds: readonly string[],
  map: LayerMap,
): Promise<void> {
  const onEntry = slowness(context.onSlow)
  const directory = context.paths.mappedLayers(mapName(map))
  for (const chainId of chainIds) {
    const target = join(directory, layerName(chainId))
    if (isThere(target)) continue
    const key = `${mapName(map)}-${layerName(chainId)}`
    const waiting = { timeoutMs: LOCK_TIMEOUT_MS, doing: 'mapping the ids of a layer' }
    using _lock = await context.locks.acquire('mapped-layer', key, waiting)
    try {
      if (!isThere(target)) makeLayer(context, { chainId, map, target, onEntry })
    } finally {
      context.locks.forget('mapped-layer', key)
    }
  }
}

interface MappedLayer {
  readonly chainId: string
  readonly map: LayerMap
  readonly target: string
  readonly onEntry: () => void
}

function makeLayer({ paths }: MappedLayersContext, { chainId, map, target, onEntry }: MappedLayer): void {
  const source = paths.layer(chainId)
  if (!isThere(source)) throw layerMissing(chainId)
  const made = temporaryPath(paths.temporary, 'mapped')
  try {
    if (map.data === 'shared') {
      const opaque = new Set(readLayerRecord(paths.layerRecord(chainId)).opaque)
      makeMappedTree({ source, target: made, owners: map, opaque, dataPath: `/${layerName(chainId)}`, onEntry })
    } else {
      mkdirSync(made, { mode: 0o700 })
      copyTree(source, made)
      shiftOwners(made, map, onEntry)
    }
    mkdirSync(join(target, '..'), { recursive: true, mode: 0o700 })
    renameSync(made, target)
  } catch (error) {
    throw explainNoSpace(error, target)
  } finally {
    removeTree(made)
  }
}

function slowness(onSlow: () => void): () => void {
  const startMs = monotonicMs()
  let entries = 0
  let isSaid = false
  return () => {
    if (isSaid || ++entries % 256 !== 0 || monotonicMs() - startMs < MOMENT_MS) return
    isSaid = true
    onSlow()
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
