import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { digestOfHex } from '../content/digest.ts'
import { namesOfMapped } from '../layers/mapped-names.ts'
import type { Storage } from '../open.ts'
import { EMPTY_LAYER_NAME, layerName } from '../paths.ts'
import { isAbandoned } from '../temporary.ts'

/** Something on the disk that the database does not speak of. */
export interface Unaccounted {
  readonly path: string
  readonly what: 'blob' | 'layer' | 'container' | 'volume' | 'temporary' | 'unknown'
}

/** What `collectGarbage` removes: it can be had again, and nobody has it yet. */
export function isContent(what: Unaccounted['what']): boolean {
  return what === 'blob' || what === 'layer' || what === 'temporary'
}

/** `mount` is where the root file system of a container is put together, in namespaces of its own. */
const FILES =
  /^(state\.db(-wal|-shm|-reserve)?|blobs|layers|layers-mapped|containers|volumes|secrets|tmp|locks|seccomp|mount|events\.log(\.1)?)$/

/**
 * What is in the storage's directories without belonging to anything. Of containers that are being
 * made the caller knows; what a living process is making for an image does not count.
 */
export function findUnaccounted(storage: Storage): Unaccounted[] {
  const { paths } = storage
  const layers = new Set([EMPTY_LAYER_NAME, ...storage.layers.list().map(layerName)])
  const containers = storage.containers.ids()
  const volumes = new Set(storage.volumes.list().map(({ name }) => name))
  const strangers = (directory: string, what: Unaccounted['what'], isKnown: (name: string) => boolean): Unaccounted[] =>
    namesIn(directory)
      .filter((name) => !isKnown(name))
      .map((name) => ({ path: join(directory, name), what }))
  return [
    ...strangers(paths.blobs, 'blob', (name) => /^[0-9a-f]{64}$/.test(name) && storage.needsBlob(digestOfHex(name))),
    ...strangers(paths.layers, 'layer', (name) => layers.has(name.split('.')[0] ?? '')),
    ...namesOfMapped(paths).flatMap(({ path, layer }) => (layers.has(layer) ? [] : [{ path, what: 'layer' as const }])),
    ...strangers(paths.containers, 'container', (name) => containers.has(name.split('.')[0] ?? '')),
    ...strangers(paths.volumes, 'volume', (name) => volumes.has(name)),
    ...strangers(paths.temporary, 'temporary', (name) => name.startsWith('partial-') || !isAbandoned(name)),
    ...strangers(join(paths.root, 'blobs'), 'unknown', (name) => name === 'sha256'),
    ...strangers(paths.root, 'unknown', (name) => FILES.test(name)),
  ]
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort()
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}
