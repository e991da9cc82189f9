import { relative } from 'node:path'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { badValue } from '../spec/bad-value.ts'
import type { VolumeRequest } from '../spec/parse-volume.ts'
import { type ContainerVolume, parseContainerConfig } from './config.ts'

/** The same place in several of them: the last one counts. Those that the request itself mounts over are the caller's to leave out. */
const OPTIONS = ['ro', 'rw', 'z', 'Z']

/**
 * `--volumes-from container[:options]`: what these containers mount from outside, as if it were
 * asked for by this one.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_BAD_VOLUME
 * @see podman-run(1), "--volumes-from"
 */
export function volumesFrom(engine: Engine, request: Pick<RunRequest, 'volumesFrom'>): VolumeRequest[] {
  const found = (request.volumesFrom ?? []).flatMap((text) => {
    const colon = text.indexOf(':')
    const ref = colon < 0 ? text : text.slice(0, colon)
    const options = colon < 0 ? [] : text.slice(colon + 1).split(',')
    const unknown = options.find((option) => !OPTIONS.includes(option))
    if (unknown !== undefined)
      throw badValue('E_BAD_VOLUME', '--volumes-from', text, `unknown option "${unknown.slice(0, 60)}"`, 'use ro or rw')
    const { volumes } = parseContainerConfig(engine.storage.containers.resolve(ref).config)
    return volumes.map((volume) => requestOf(volume, options))
  })
  return [...new Map(found.map((volume) => [volume.target, volume])).values()]
}

function requestOf(volume: ContainerVolume, options: readonly string[]): VolumeRequest {
  const access = options.findLast((option) => option === 'ro' || option === 'rw')
  const { type, name, source, destination, within } = volume
  return {
    kind: type === 'volume' ? 'named' : type,
    source: type === 'bind' ? (within ?? source) : name,
    target: destination,
    options: volume.options.map((word) => (access && (word === 'ro' || word === 'rw') ? access : word)),
    copy: false,
    ...(volume.overlay && { overlay: {} }),
    ...(within !== undefined && { subpath: relative(within, source) }),
  }
}
