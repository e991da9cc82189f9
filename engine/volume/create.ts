import { randomBytes } from 'node:crypto'
import type { Volume } from '../../storage/volumes/volumes.ts'
import type { Engine } from '../engine.ts'
import { parseLabel } from '../spec/parse-labels.ts'

export interface CreateVolumeOptions {
  /** one made at random where it is not given */
  readonly name?: string | undefined
  /** `name=value` or `name` */
  readonly labels?: readonly string[]
  /** do not fail where there is one of this name */
  readonly ignore?: boolean
}

/**
 * Makes an empty volume.
 *
 * @throws {TspodError} E_BAD_VOLUME_NAME, E_VOLUME_EXISTS
 * @see podman-volume-create(1)
 */
export function createVolume(engine: Engine, options: CreateVolumeOptions): Volume {
  const { volumes } = engine.storage
  const name = options.name ?? randomBytes(32).toString('hex')
  const labels = Object.fromEntries((options.labels ?? []).map(parseLabel))
  return options.ignore ? volumes.ensure(name, { labels }) : volumes.create(name, { labels })
}
