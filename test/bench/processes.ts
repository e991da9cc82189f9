import { readdirSync, readFileSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'

export interface Process {
  readonly pid: number
  readonly parent: number
  readonly name: string
}

/** All that run with this process's user id, less those that only wait to be reaped. */
export function processesOfUser(): Process[] {
  const uid = process.getuid?.()
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return []
    const status = readStatus(entry)
    const field = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? ''
    if (Number(field('Uid') || -1) !== uid || field('State') === 'Z') return []
    return [{ pid: Number(entry), parent: Number(field('PPid')), name: field('Name') }]
  })
}

/** A process and all below it; empty where there is no such process. */
export function treeOf(root: number, processes: readonly Process[]): Set<number> {
  const tree = new Set(processes.filter(({ pid }) => pid === root).map(({ pid }) => pid))
  for (let size = -1; size !== tree.size; ) {
    size = tree.size
    for (const { pid, parent } of processes) if (tree.has(parent)) tree.add(pid)
  }
  return tree
}

function readStatus(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ESRCH')) return ''
    throw error
  }
}
