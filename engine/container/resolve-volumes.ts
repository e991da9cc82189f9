import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import type { UndoStack } from '../../base/undo.ts'
import type { Engine } from '../engine.ts'
import type { VolumeRequest } from '../spec/parse-volume.ts'
import type { ContainerVolume } from './config.ts'

/**
 * Finds the source of each volume, and makes named and anonymous volumes that do not exist.
 *
 * @throws {TspodError} E_NO_SUCH_PATH: a bind's source does not exist
 */
export function resolveVolumes(engine: Engine, requests: readonly VolumeRequest[], undo: UndoStack): ContainerVolume[] {
  return requests.map((request): ContainerVolume => {
    const { target: destination, options } = request
    if (request.kind === 'bind') {
      if (!existsSync(request.source)) {
        throw new TspodError('E_NO_SUCH_PATH', `volume source ${request.source} does not exist`, {
          hint: 'create it first, or name a volume',
        })
      }
      return { type: 'bind', name: '', anonymous: false, source: request.source, destination, options }
    }
    const anonymous = request.kind === 'anonymous'
    const name = anonymous ? randomBytes(32).toString('hex') : request.source
    const known = engine.storage.volumes.find(name)
    if (!known) undo.push(() => engine.storage.volumes.remove(name))
    const volume = known ?? engine.storage.volumes.ensure(name)
    return { type: 'volume', name, anonymous, source: volume.path, destination, options }
  })
}
