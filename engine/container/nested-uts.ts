import { join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import type { Engine } from '../engine.ts'
import { tryInNamespaces } from '../launcher/try-overlay.ts'
import { idMapText } from '../plan/compile-plan.ts'
import { CLONE } from '../plan/constants.ts'
import { step } from '../plan/step.ts'
import type { RunRequest } from '../request.ts'

/**
 * The request for a container within another one: where a filter around us lets nobody set a host name, as podman's and
 * Docker's do, it has the host name of what is around it, which the user is told. Who asks for a name is refused later.
 *
 * @see proc_pid_status(5), "Seccomp": 2 is a filter
 */
export function settleUts({ host, launcher, storage, warn }: Engine, request: RunRequest): RunRequest {
  if (request.uts !== undefined || request.hostname !== undefined || request.pod !== undefined) return request
  if (!/^Seccomp:\s*2$/m.test(readTextIfExists('/proc/self/status') ?? '')) return request
  const idMap = { uids: idMapText(host.uidMap), gids: idMapText(host.gidMap) }
  const file = join(storage.paths.temporary, `uts-${process.pid}`)
  const failure = tryInNamespaces({ launcher, idMap, file }, [
    step('make a UTS namespace', 'unshare', CLONE.uts),
    step('set the host name', 'hostname', 'try'),
  ])
  if (failure === undefined) return request
  warn('a filter around us forbids host names, so the container has that of what is around it (--uts=host says so)')
  return { ...request, uts: 'host' }
}
