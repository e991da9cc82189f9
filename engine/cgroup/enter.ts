import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { isErrno, messageOf, TspodError } from '../../base/errors.ts'
import { randomHex } from '../../base/random.ts'
import { type CgroupCaller, findParent, ownCgroup } from './find-parent.ts'
import { startScope } from './scope.ts'

/**
 * Makes sure that children of this process may be moved into `cgroup`, for exec. The kernel asks
 * for leave on the nearest cgroup above both, which a login session does not have: then this
 * process first goes into a scope of the user's own manager.
 *
 * @throws {TspodError} E_CGROUP_UNAVAILABLE: a process in the container would escape its limits
 * @see cgroups(7), "Delegation containment"
 */
export async function comeNear(cgroup: string, caller: CgroupCaller): Promise<void> {
  const own = ownCgroup()
  if (own === undefined || mayMoveBelow(commonAncestor(own, cgroup))) return
  const parent = findParent(caller)
  if (parent.kind !== 'systemd') throw unreachable(cgroup, 'it belongs to somebody else')
  const unit = `tspod-exec-${randomHex(8)}.scope`
  try {
    await startScope(parent.manager, { unit, description: 'tspod exec', pid: process.pid })
  } catch (error) {
    if (!(error instanceof TspodError)) throw error
    throw unreachable(cgroup, messageOf(error), error)
  }
}

/** Pure: the nearest directory that holds both. */
export function commonAncestor(a: string, b: string): string {
  const parts = a.split('/')
  const others = b.split('/')
  const length = parts.findIndex((part, index) => part !== others[index])
  return (length < 0 ? parts : parts.slice(0, length)).join('/') || '/'
}

function mayMoveBelow(ancestor: string): boolean {
  try {
    accessSync(join(ancestor, 'cgroup.procs'), constants.W_OK)
    return true
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOENT')) return false
    throw error
  }
}

function unreachable(cgroup: string, why: string, cause?: unknown): TspodError {
  return new TspodError('E_CGROUP_UNAVAILABLE', `the container's cgroup ${cgroup} cannot be entered: ${why}`, {
    hint: 'run the command in the kind of session that the container was started in',
    cause,
  })
}
