import { formatGoDuration } from '../../../base/go-duration.ts'
import { CAPABILITIES } from '../../plan/constants.ts'
import type { IdNames } from './id-names.ts'
import { type ProcessInfo, TICKS_PER_SECOND } from './read-process.ts'

/** What is known besides the process. */
export interface ProcessContext {
  readonly names: IdNames
  readonly nowMs: number
  readonly bootMs: number
  /** its number in the container's pid namespace; 0 for one outside */
  containerPid(pid: number): number
}

export interface Descriptor {
  readonly heading: string
  /** the short form, `%C` */
  readonly code?: string
  readonly text: (process: ProcessInfo, context: ProcessContext) => string
}

/** What `top` can show, as podman has it. Source: podman-top(1), "FORMAT DESCRIPTORS". */
export const DESCRIPTORS: Readonly<Record<string, Descriptor>> = {
  args: { heading: 'COMMAND', code: '%a', text: argsText },
  capamb: { heading: 'AMBIENT CAPS', text: ({ capabilities }) => capabilitiesText(capabilities.amb) },
  capbnd: { heading: 'BOUNDING CAPS', text: ({ capabilities }) => capabilitiesText(capabilities.bnd) },
  capeff: { heading: 'EFFECTIVE CAPS', text: ({ capabilities }) => capabilitiesText(capabilities.eff) },
  capinh: { heading: 'INHERITED CAPS', text: ({ capabilities }) => capabilitiesText(capabilities.inh) },
  capprm: { heading: 'PERMITTED CAPS', text: ({ capabilities }) => capabilitiesText(capabilities.prm) },
  comm: { heading: 'COMMAND', code: '%c', text: ({ command }) => command },
  etime: { heading: 'ELAPSED', code: '%t', text: (process, context) => formatGoDuration(elapsedMs(process, context)) },
  group: { heading: 'GROUP', code: '%G', text: ({ gids }, { names }) => names.group(gids[1] ?? 0) },
  groups: { heading: 'GROUPS', text: ({ groups, gids }, { names }) => orOwn(groups, gids).map(names.group).join(',') },
  hgroup: { heading: 'HGROUP', text: ({ gids }, { names }) => names.hostGroup(gids[1] ?? 0) },
  hgroups: {
    heading: 'HGROUPS',
    text: ({ groups, gids }, { names }) => orOwn(groups, gids).map(names.hostGroup).join(','),
  },
  hpid: { heading: 'HPID', text: ({ pid }) => `${pid}` },
  huser: { heading: 'HUSER', text: ({ uids }, { names }) => names.hostUser(uids[1] ?? 0) },
  label: { heading: 'LABEL', text: ({ label }) => (label === '' || label === 'unconfined' ? '?' : label) },
  nice: { heading: 'NI', code: '%n', text: ({ nice }) => `${nice}` },
  pcpu: { heading: '%CPU', code: '%C', text: (process, context) => cpuPercent(process, context).toFixed(3) },
  pgid: { heading: 'PGID', code: '%r', text: ({ namespaceGroups, group }) => `${namespaceGroups.at(-1) ?? group}` },
  pid: { heading: 'PID', code: '%p', text: ({ pid }, { containerPid }) => `${containerPid(pid)}` },
  ppid: { heading: 'PPID', code: '%P', text: ({ parent }, { containerPid }) => `${containerPid(parent)}` },
  rgroup: { heading: 'RGROUP', code: '%g', text: ({ gids }, { names }) => names.group(gids[0] ?? 0) },
  rss: { heading: 'RSS', text: ({ residentKiB }) => `${residentKiB}` },
  ruser: { heading: 'RUSER', code: '%u', text: ({ uids }, { names }) => names.user(uids[0] ?? 0) },
  seccomp: { heading: 'SECCOMP', text: ({ seccomp }) => ['disabled', 'strict', 'filter'][Number(seccomp)] ?? '?' },
  state: { heading: 'STATE', text: ({ state }) => state },
  stime: { heading: 'STIME', text: (process, context) => goTimeOf(startMs(process, context)) },
  time: {
    heading: 'TIME',
    code: '%x',
    text: ({ ticks }) => formatGoDuration(Math.trunc(ticks / TICKS_PER_SECOND) * 1000),
  },
  tty: { heading: 'TTY', code: '%y', text: ({ terminal }) => terminalName(terminal) },
  user: { heading: 'USER', code: '%U', text: ({ uids }, { names }) => names.user(uids[1] ?? 0) },
  vsz: { heading: 'VSZ', code: '%z', text: ({ virtualKiB }) => `${virtualKiB}` },
}

/** A process without arguments is one of the kernel, or a zombie: its name in brackets, as ps(1) has it. */
export function argsText({ args, command }: ProcessInfo): string {
  return args.length > 0 ? args.join(' ') : `[${command}]`
}

/** `full`, `none`, or names without CAP_. */
function capabilitiesText(mask: bigint): string {
  const names = CAPABILITIES.filter((_, bit) => (mask >> BigInt(bit)) & 1n)
  if (names.length === 0) return 'none'
  return names.length === CAPABILITIES.length ? 'full' : names.map((name) => name.replace('CAP_', '')).join(',')
}

export function startMs({ startTicks }: ProcessInfo, { bootMs }: ProcessContext): number {
  return bootMs + (startTicks * 1000) / TICKS_PER_SECOND
}

export function elapsedMs(process: ProcessInfo, context: ProcessContext): number {
  return Math.max(0, context.nowMs - startMs(process, context))
}

export function cpuPercent(process: ProcessInfo, context: ProcessContext): number {
  const elapsed = elapsedMs(process, context)
  return elapsed === 0 ? 0 : ((process.ticks * 1000) / TICKS_PER_SECOND / elapsed) * 100
}

/** Source: kernel documentation, devices.txt: 4 is tty, 136 to 143 are pts, of 256 each. */
export function terminalName(device: number): string {
  const major = (device >> 8) & 0xfff
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00)
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`
  return major === 4 ? `tty${minor}` : device === 0 ? '?' : 'console'
}

function orOwn(groups: readonly number[], gids: readonly number[]): readonly number[] {
  return groups.length > 0 ? groups : gids.slice(1, 2)
}

function goTimeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`
}
