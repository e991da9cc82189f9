import { readlinkSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { listProcesses, type ProcessStat } from '../../base/process-start.ts'

/** All processes of the machine at a time; of several containers it is enough to look once. */
export interface ProcessLook {
  readonly processes: readonly ProcessStat[]
  /** its pid namespace, as far as we may know */
  namespaceOf(pid: number): string | undefined
}

export function lookAtProcesses(): ProcessLook {
  const known = new Map<number, string | undefined>()
  return {
    processes: listProcesses(),
    namespaceOf(pid) {
      if (!known.has(pid)) known.set(pid, pidNamespace(pid))
      return known.get(pid)
    },
  }
}

/**
 * The processes of a container that run now, those it made in pid namespaces of its own included.
 * Where the container has no pid namespace to itself, its first process and what descends from it.
 *
 * @param first pid of the container's first process
 */
export function memberProcesses(first: number, look = lookAtProcesses()): ProcessStat[] {
  const namespace = isFirstOfNamespace(first) ? look.namespaceOf(first) : undefined
  const isMember = ({ pid }: ProcessStat): boolean =>
    pid === first || (namespace !== undefined && look.namespaceOf(pid) === namespace)
  return withDescendants(look.processes, isMember).filter(({ state }) => state !== 'Z' && state !== 'X')
}

/**
 * Pure: those that `isMember` picks, and their descendants. A process of a nested namespace always
 * descends from one of the namespace above: an orphan gets that one's first process for its parent.
 *
 * @see pid_namespaces(7)
 */
export function withDescendants<P extends { readonly pid: number; readonly parent: number }>(
  processes: readonly P[],
  isMember: (process: P) => boolean,
): P[] {
  const childrenOf = new Map<number, P[]>()
  for (const process of processes) {
    const siblings = childrenOf.get(process.parent)
    if (siblings) siblings.push(process)
    else childrenOf.set(process.parent, [process])
  }
  const members = new Map<number, P>()
  const queue = processes.filter(isMember)
  for (let process = queue.pop(); process; process = queue.pop()) {
    if (members.has(process.pid)) continue
    members.set(process.pid, process)
    queue.push(...(childrenOf.get(process.pid) ?? []))
  }
  return [...members.values()]
}

/** Its number in its innermost namespace is 1, and it has one in ours, too. Source: proc_pid_status(5), NSpid. */
function isFirstOfNamespace(pid: number): boolean {
  const numbers = /^NSpid:\t(.+)$/m.exec(readTextIfExists(`/proc/${pid}/status`) ?? '')?.[1]?.split('\t') ?? []
  return numbers.length > 1 && numbers.at(-1) === '1'
}

function pidNamespace(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined
    throw error
  }
}
