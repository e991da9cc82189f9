import { TspodError } from '../../base/errors.ts'
import { someOf } from '../../base/some-of.ts'
import { removeContainer } from '../container/remove.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { removeUsersFirst } from '../in-use.ts'
import { lockVolumes, removeLockedVolume } from './lock.ts'
import { volumeUsers } from './users.ts'

/**
 * Removes a volume with all that is in it.
 *
 * @throws {TspodError} E_VOLUME_NOT_FOUND, unless `ignoreMissing` is given
 * @throws {TspodError} E_VOLUME_IN_USE: containers have it; with `force` they go too
 * @see podman-volume-rm(1)
 */
export async function removeVolume(
  engine: Engine,
  name: string,
  options: {
    readonly force?: boolean
    readonly ignoreMissing?: boolean
    /** how long containers that have it may take to stop */
    readonly graceMs?: number
  } = {},
): Promise<void> {
  const { volumes } = engine.storage
  if (options.ignoreMissing && !volumes.find(name)) return
  volumes.resolve(name)
  const users = volumeUsers(engine).get(name) ?? []
  const grace = options.graceMs === undefined ? {} : { graceMs: options.graceMs }
  if (users.length > 0 && !options.force) throw volumeInUse(name, users)
  for (const id of users) await removeContainer(engine, id, { force: true, ignoreMissing: true, ...grace })
  using _volumes = await lockVolumes(engine)
  const newUsers = volumeUsers(engine).get(name)
  if (newUsers) throw volumeInUse(name, newUsers)
  removeLockedVolume(engine, name)
  recordEvent(engine, { type: 'volume', action: 'remove', id: name, name, attributes: {} })
}

/** Source: podman-volume-rm(1), "Exit Status": 2 where a container uses it. */
function volumeInUse(name: string, users: readonly string[]): TspodError {
  const ids = users.map((id) => id.slice(0, 12))
  return new TspodError('E_VOLUME_IN_USE', `the volume ${name} is in use by container ${someOf(ids)}`, {
    exitCode: 2,
    hint: removeUsersFirst(ids, `volume=${name}`, `tspod volume rm -f ${name}`),
  })
}
