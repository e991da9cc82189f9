import type { Volume } from '../../storage/volumes/volumes.ts'
import type { Engine } from '../engine.ts'
import { parseVolumeFilters } from './filter.ts'
import { volumeUsers } from './users.ts'

export type { Volume } from '../../storage/volumes/volumes.ts'

/**
 * Volumes by their names.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-volume-ls(1)
 */
export function listVolumes(engine: Engine, options: { readonly filters?: readonly string[] } = {}): Volume[] {
  const users = volumeUsers(engine)
  return engine.storage.volumes.list().filter(parseVolumeFilters(options.filters ?? [], (name) => users.has(name)))
}
