import { totalmem } from 'node:os'
import { join } from 'node:path'
import { isErrno } from '../../../base/errors.ts'
import { readTextIfExists } from '../../../base/files.ts'
import type { ContainerRow } from '../../../storage/state/container-row.ts'
import { recordedCgroup } from '../../cgroup/record.ts'
import type { Engine } from '../../engine.ts'
import { parseContainerConfig } from '../config.ts'
import { lookAtProcesses, memberProcesses, type ProcessLook } from '../member-processes.ts'
import { type ProcessInfo, readProcess, TICKS_PER_SECOND } from '../process/read-process.ts'
import { flatValue, parseIoStat, parseNetDev } from './parse.ts'

/** The time a container has had since it was started, and the memory it has now. */
export interface ContainerLoad {
  readonly cpuMs: number
  readonly memoryBytes: number
  /** what it may have; the machine's where nobody set a limit */
  readonly memoryLimitBytes: number
}

/** What a container has used since it was started, and uses now. */
export interface ContainerUsage extends ContainerLoad {
  readonly netInBytes: number
  readonly netOutBytes: number
  readonly blockReadBytes: number
  readonly blockWrittenBytes: number
  readonly pids: number
  /** what its cgroup does not say is summed over its processes; those that have ended are not in it */
  readonly isSummed: boolean
}

export const NO_USAGE: ContainerUsage = {
  cpuMs: 0,
  memoryBytes: 0,
  memoryLimitBytes: 0,
  netInBytes: 0,
  netOutBytes: 0,
  blockReadBytes: 0,
  blockWrittenBytes: 0,
  pids: 0,
  isSummed: false,
}

/** As of now, of a container that runs. From its cgroup where it has one, else from /proc. */
export function readUsage(engine: Engine, row: ContainerRow): ContainerUsage {
  if (row.pid === null) return NO_USAGE
  const files = cgroupFiles(engine, row)
  const [cpu, current, io, pids] = ['cpu.stat', 'memory.current', 'io.stat', 'pids.current'].map(files)
  const isSummed = [cpu, current, io, pids].some((text) => text === undefined)
  const processes = isSummed ? processesOf(row.pid) : []
  const net = hasOwnNetwork(row) ? parseNetDev(read(`/proc/${row.pid}/net/dev`) ?? '') : { inBytes: 0, outBytes: 0 }
  const block = io === undefined ? sumIo(processes) : parseIoStat(io)
  return {
    ...loadFrom(files, () => processes),
    netInBytes: net.inBytes,
    netOutBytes: net.outBytes,
    blockReadBytes: block.readBytes,
    blockWrittenBytes: block.writtenBytes,
    pids: pids === undefined ? processes.reduce((sum, { threads }) => sum + threads, 0) : Number(pids),
    isSummed,
  }
}

/** What of `readUsage` is worth a look every second, of several containers at once: those that run. */
export function readLoads(engine: Engine, rows: readonly ContainerRow[]): (ContainerLoad & { readonly id: string })[] {
  let look: ProcessLook | undefined
  return rows.flatMap((row) => {
    const { id, pid } = row
    if (pid === null) return []
    const processes = (): readonly ProcessInfo[] => {
      look ??= lookAtProcesses()
      return processesOf(pid, look)
    }
    return [{ id, ...loadFrom(cgroupFiles(engine, row), processes) }]
  })
}

type CgroupFiles = (name: string) => string | undefined

function cgroupFiles(engine: Engine, row: ContainerRow): CgroupFiles {
  const cgroup = recordedCgroup(engine.runDir(row.id))
  return (name) => (cgroup === undefined ? undefined : read(join(cgroup, name)))
}

/** @param processes where the cgroup does not say */
function loadFrom(file: CgroupFiles, processes: () => readonly ProcessInfo[]): ContainerLoad {
  const [cpu, current] = [file('cpu.stat'), file('memory.current')]
  const limit = current === undefined ? Number.NaN : Number(file('memory.max') ?? Number.NaN)
  const members = cpu === undefined || current === undefined ? processes() : []
  return {
    cpuMs: cpu === undefined ? sumTicks(members) : flatValue(cpu, 'usage_usec') / 1000,
    memoryBytes:
      current === undefined
        ? members.reduce((sum, { residentKiB }) => sum + residentKiB * 1024, 0)
        : // What the kernel gives back first is not counted, as by docker and podman.
          Math.max(0, Number(current) - flatValue(file('memory.stat') ?? '', 'inactive_file')),
    memoryLimitBytes: Number.isFinite(limit) ? Math.min(limit, totalmem()) : totalmem(),
  }
}

function processesOf(first: number, look?: ProcessLook): readonly ProcessInfo[] {
  return memberProcesses(first, look).flatMap(({ pid }) => readProcess(pid) ?? [])
}

/** With the host's network there is nothing that is the container's alone. */
function hasOwnNetwork(row: ContainerRow): boolean {
  return parseContainerConfig(row.config).spec.linux.namespaces.some(({ type }) => type === 'network')
}

function sumTicks(processes: readonly ProcessInfo[]): number {
  return processes.reduce((sum, { ticks }) => sum + (ticks * 1000) / TICKS_PER_SECOND, 0)
}

/** Source: proc_pid_io(5): what really went to and from disks. */
function sumIo(processes: readonly ProcessInfo[]): { readonly readBytes: number; readonly writtenBytes: number } {
  const texts = processes.map(({ pid }) => (read(`/proc/${pid}/io`) ?? '').replaceAll(': ', ' '))
  return {
    readBytes: texts.reduce((sum, text) => sum + flatValue(text, 'read_bytes'), 0),
    writtenBytes: texts.reduce((sum, text) => sum + flatValue(text, 'write_bytes'), 0),
  }
}

/** A cgroup or process may be gone, a controller not be there, or another's; a container may make what is said of it as long as it likes. */
function read(path: string): string | undefined {
  try {
    return readTextIfExists(path, 1 << 18)
  } catch (error) {
    if (isErrno(error, 'E_FILE_TOO_LARGE', 'ENODEV', 'EACCES', 'EPERM', 'ESRCH', 'EINVAL', 'EOPNOTSUPP'))
      return undefined
    throw error
  }
}
