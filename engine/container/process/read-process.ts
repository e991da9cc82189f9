import { closeSync, openSync, readSync } from 'node:fs'
import { readTextIfExists } from '../../../base/files.ts'

/** A process as /proc shows it, ids as this process sees them. Source: proc_pid_stat(5), proc_pid_status(5). */
export interface ProcessInfo {
  readonly pid: number
  readonly parent: number
  /** its numbers in pid namespaces, the outermost that we see first */
  readonly namespacePids: readonly number[]
  readonly namespaceGroups: readonly number[]
  readonly command: string
  readonly args: readonly string[]
  readonly state: string
  readonly group: number
  readonly session: number
  /** major and minor number of its terminal, 0 where it has none */
  readonly terminal: number
  readonly nice: number
  readonly threads: number
  /** of processor time, in clock ticks */
  readonly ticks: number
  /** after boot, in clock ticks */
  readonly startTicks: number
  readonly virtualKiB: number
  readonly residentKiB: number
  /** real, effective, saved, file system */
  readonly uids: readonly number[]
  readonly gids: readonly number[]
  readonly groups: readonly number[]
  readonly seccomp: string
  readonly capabilities: Readonly<Record<'inh' | 'prm' | 'eff' | 'bnd' | 'amb', bigint>>
  readonly label: string
}

/** Clock ticks in a second, on every architecture that node runs on. Source: sysconf(3), _SC_CLK_TCK; USER_HZ. */
export const TICKS_PER_SECOND = 100
/** With as many groups as a process may have it is hundreds of kilobytes. Source: setgroups(2), NGROUPS_MAX. */
const MAX_STATUS_BYTES = 1 << 20
/** As ps(1) reads of a command line; a process may have megabytes of it. */
const MAX_ARGS_BYTES = 1 << 17

/** undefined where the process has ended. */
export function readProcess(pid: number): ProcessInfo | undefined {
  const stat = read(`/proc/${pid}/stat`)
  const status = read(`/proc/${pid}/status`)
  if (stat === undefined || status === undefined) return undefined
  return parseProcess(pid, {
    stat,
    status,
    cmdline: readHead(`/proc/${pid}/cmdline`),
    label: read(`/proc/${pid}/attr/current`) ?? '',
  })
}

/** Pure: from the texts of the files. */
export function parseProcess(
  pid: number,
  text: { readonly stat: string; readonly status: string; readonly cmdline: string; readonly label: string },
): ProcessInfo {
  // The name of the program may contain anything, a `)` too.
  const nameEnd = text.stat.lastIndexOf(')')
  const command = text.stat.slice(text.stat.indexOf('(') + 1, nameEnd)
  const fields = text.stat.slice(nameEnd + 2).split(' ')
  const field = (number: number): number => Number(fields[number - 3] ?? 0)
  const lines = new Map(text.status.split('\n').map((line): [string, string] => splitLine(line)))
  const numbers = (name: string): number[] => (lines.get(name) ?? '').split(/\s+/).filter(Boolean).map(Number)
  const mask = (name: string): bigint => BigInt(`0x${/^[0-9a-f]+/.exec(lines.get(name) ?? '')?.[0] ?? '0'}`)
  return {
    pid,
    parent: field(4),
    namespacePids: numbers('NSpid'),
    namespaceGroups: numbers('NSpgid'),
    command,
    args: text.cmdline.split('\0').filter((word, index, all) => word !== '' || index < all.length - 1),
    state: fields[0] ?? '',
    group: field(5),
    session: field(6),
    terminal: field(7),
    nice: field(19),
    threads: field(20),
    ticks: field(14) + field(15),
    startTicks: field(22),
    virtualKiB: Math.trunc(field(23) / 1024),
    residentKiB: numbers('VmRSS')[0] ?? 0,
    uids: numbers('Uid'),
    gids: numbers('Gid'),
    groups: numbers('Groups'),
    seccomp: lines.get('Seccomp') ?? '',
    capabilities: {
      inh: mask('CapInh'),
      prm: mask('CapPrm'),
      eff: mask('CapEff'),
      bnd: mask('CapBnd'),
      amb: mask('CapAmb'),
    },
    label: text.label.replaceAll('\0', '').trim(),
  }
}

function splitLine(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trim()]
}

function read(path: string): string | undefined {
  try {
    return readTextIfExists(path, MAX_STATUS_BYTES)
  } catch {
    return undefined // it has ended, or may not be looked at
  }
}

/** No more is asked for: a process decides itself what its command line is, were it all of its memory. Source: prctl(2), PR_SET_MM. */
function readHead(path: string): string {
  try {
    const fd = openSync(path, 'r')
    try {
      const head = Buffer.allocUnsafe(MAX_ARGS_BYTES)
      return head.toString('utf8', 0, readSync(fd, head))
    } finally {
      closeSync(fd)
    }
  } catch {
    return ''
  }
}
