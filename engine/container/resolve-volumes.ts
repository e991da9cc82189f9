import { existsSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import { randomHex } from '../../base/random.ts'
import type { UndoStack } from '../../base/undo.ts'
import type { Engine } from '../engine.ts'
import type { VolumeRequest } from '../spec/parse-volume.ts'
import { volumeUsers } from '../volume/users.ts'
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
    const name = anonymous ? randomHex(32) : request.source
    const { volumes } = engine.storage
    const known = volumes.find(name)
    if (!known) {
      undo.push(() => {
        // Another container may have got it meanwhile.
        if (!volumeUsers(engine).has(name)) volumes.remove(name)
      })
    }
    const volume = known ?? (anonymous ? volumes.createAnonymous(name) : volumes.ensure(name))
    return { type: 'volume', name, anonymous, source: volume.path, destination, options }
  })
}
