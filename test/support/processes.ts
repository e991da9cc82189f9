import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Tspod } from './tspod.ts'

/** The processes of a running container, by the record of its monitor. */
export interface RecordedProcesses {
  readonly first: number
  readonly monitor: number
  /** children of the monitor that are not the container: the guards of its network helper */
  readonly helpers: readonly number[]
}

/** Of the container with this id, or of the only one there is. `undefined` where none has started yet. */
export function recordedProcesses(tspod: Tspod, id?: string): RecordedProcesses | undefined {
  const directory = join(tspod.runroot, 'containers')
  const name = id ?? (existsSync(directory) ? readdirSync(directory)[0] : undefined)
  const record = name === undefined ? '' : readQuietly(join(directory, name, 'record'))
  const [word, first, , monitor] = record.split(' ')
  if (word !== 'running') return undefined
  const children = childrenOf(Number(monitor))
  return {
    first: Number(first),
    monitor: Number(monitor),
    helpers: children.flatMap((pid) => (pid === Number(first) ? [] : [pid, ...childrenOf(pid)])),
  }
}

/** Whether it runs: a zombie does not. Source: proc_pid_stat(5). */
export function isAlive(pid: number): boolean {
  const stat = readQuietly(`/proc/${pid}/stat`)
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
}

/**
 * How many connections of a command's lead to monitors: those it has beside its three streams, which are
 * sockets, too. Source: proc_pid_net(5), net/unix: the state 03 is that of a connected one.
 */
export function monitorConnections(pid: number): number {
  const connected = new Set(
    readFileSync('/proc/net/unix', 'latin1')
      .split('\n')
      .map((line) => line.split(/ +/))
      .flatMap(([, , , , , state, inode]) => (state === '03' && inode ? [`socket:[${inode}]`] : [])),
  )
  return openFiles(pid).filter(({ fd, leadsTo }) => Number(fd) > 2 && connected.has(leadsTo)).length
}

function openFiles(pid: number): { fd: string; leadsTo: string }[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => ({ fd, leadsTo: readlinkSync(`/proc/${pid}/fd/${fd}`) }))
  } catch {
    return [] // one of them was closed meanwhile
  }
}

function childrenOf(pid: number): number[] {
  return readQuietly(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number)
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it has gone
  }
}
