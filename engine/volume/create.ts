import { randomHex } from '../../base/random.ts'
import { ownAs } from '../../storage/volumes/fill-volume.ts'
import type { Volume } from '../../storage/volumes/volumes.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { parseLabel } from '../spec/parse-labels.ts'
import { parseVolumeSettings } from './parse-options.ts'

export interface CreateVolumeOptions {
  /** one made at random where it is not given */
  readonly name?: string | undefined
  /** `name=value` or `name` */
  readonly labels?: readonly string[]
  /** `type=tmpfs`, `device=…`, `o=…` */
  readonly options?: readonly string[]
  /** who it is to belong to, whatever is mounted over */
  readonly uid?: number
  readonly gid?: number
  /** do not fail where there is one of this name */
  readonly ignore?: boolean
  /** one without a name is among those that nobody named, which go first where volumes are pruned */
  readonly namelessIsAnonymous?: boolean
}

/**
 * Makes an empty volume.
 *
 * @throws {TspodError} E_BAD_VOLUME_NAME, E_VOLUME_EXISTS, E_BAD_VOLUME_OPTION, E_UNSUPPORTED_OPTION, E_BAD_LABEL
 * @see podman-volume-create(1)
 */
export function createVolume(engine: Engine, request: CreateVolumeOptions): Volume {
  const { volumes } = engine.storage
  const name = request.name ?? randomHex(32)
  const { uid, gid } = request
  const options = {
    ...parseVolumeSettings(request.options ?? [], engine.cwd),
    ...(uid === undefined ? {} : { uid: `${uid}` }),
    ...(gid === undefined ? {} : { gid: `${gid}` }),
  }
  const labels = Object.fromEntries((request.labels ?? []).map((text) => parseLabel(text)))
  const known = request.ignore ? volumes.find(name) : undefined
  if (known) return known
  const volume = volumes.create(name, {
    labels,
    options,
    anonymous: request.name === undefined && (request.namelessIsAnonymous ?? false),
  })
  if (options.uid !== undefined || options.gid !== undefined)
    ownAs(volume.path, { uid: Number(options.uid ?? 0), gid: Number(options.gid ?? 0) })
  recordEvent(engine, { type: 'volume', action: 'create', id: name, name, attributes: {} })
  return volume
}
