import { TspodError } from '../../base/errors.ts'
import { cgroupCaller } from '../cgroup/caller.ts'
import { requireLimits } from '../cgroup/create.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { type SettledRequest, settleRequest } from './settle-request.ts'

/**
 * What is asked for, and what containers.conf says beside. A limit on processes that only the file
 * wants is left out where none can be kept, as podman does: the user has not asked for it.
 *
 * @throws {TspodError} E_BAD_CONFIG
 */
export async function settledRequest(engine: Engine, asked: RunRequest): Promise<SettledRequest> {
  const settled = settleRequest(asked, await engine.containersConf(), engine.env)
  const { request, places } = settled
  if (places.pidsLimit === undefined || canLimit(engine, request)) return settled
  const { pidsLimit: _limit, ...others } = request
  const { pidsLimit: _place, ...rest } = places
  return { request: others, places: rest }
}

function canLimit(engine: Engine, request: RunRequest): boolean {
  const { pidsLimit = 0, cgroups } = request
  if (pidsLimit <= 0) return true
  if (cgroups === 'disabled') return false
  try {
    requireLimits(cgroupCaller(engine.host, request), { pids: { limit: pidsLimit } })
    return true
  } catch (error) {
    if (error instanceof TspodError && error.code === 'E_CGROUP_UNAVAILABLE') return false
    throw error
  }
}
