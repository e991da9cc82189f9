import {
  argsText,
  cpuPercent,
  DESCRIPTORS,
  type Descriptor,
  elapsedMs,
  type ProcessContext,
  startMs,
  terminalName,
} from './descriptors.ts'
import { type ProcessInfo, TICKS_PER_SECOND } from './read-process.ts'

/** docker's `top` shows the machine's ids, podman's those in the container. */
export type View = 'host' | 'container'

type Column = (view: View) => Descriptor

const column =
  (heading: string, text: Descriptor['text']): Column =>
  () => ({ heading, text })
const pidOf = (view: View, pid: number, context: ProcessContext): string =>
  `${view === 'host' ? pid : context.containerPid(pid)}`
const userOf = (view: View, id: number, { names }: ProcessContext): string =>
  view === 'host' ? names.hostUser(id) : names.user(id)
const groupOf = (view: View, id: number, { names }: ProcessContext): string =>
  view === 'host' ? names.hostGroup(id) : names.group(id)

/** What `-o` may name. Source: ps(1), "STANDARD FORMAT SPECIFIERS". */
// biome-ignore format: a table
const COLUMNS: Readonly<Record<string, Column>> = {
  pid: (view) => ({ heading: 'PID', text: ({ pid }, context) => pidOf(view, pid, context) }),
  ppid: (view) => ({ heading: 'PPID', text: ({ parent }, context) => pidOf(view, parent, context) }),
  pgid: (view) => ({ heading: 'PGID', text: (process) => `${view === 'host' ? process.group : (process.namespaceGroups.at(-1) ?? 0)}` }),
  sid: column('SID', ({ session }) => `${session}`),
  user: (view) => ({ heading: 'USER', text: ({ uids }, context) => userOf(view, uids[1] ?? 0, context) }),
  ruser: (view) => ({ heading: 'RUSER', text: ({ uids }, context) => userOf(view, uids[0] ?? 0, context) }),
  group: (view) => ({ heading: 'GROUP', text: ({ gids }, context) => groupOf(view, gids[1] ?? 0, context) }),
  comm: column('COMMAND', ({ command }) => command),
  args: column('COMMAND', argsText),
  cmd: column('CMD', argsText),
  c: column('C', (process, context) => `${Math.trunc(cpuPercent(process, context))}`),
  pcpu: column('%CPU', (process, context) => cpuPercent(process, context).toFixed(1)),
  pmem: column('%MEM', () => '0.0'),
  vsz: column('VSZ', ({ virtualKiB }) => `${virtualKiB}`),
  rss: column('RSS', ({ residentKiB }) => `${residentKiB}`),
  tty: column('TT', ({ terminal }) => terminalName(terminal)),
  tname: column('TTY', ({ terminal }) => terminalName(terminal)),
  stat: column('STAT', ({ state }) => state),
  s: column('S', ({ state }) => state),
  stime: column('STIME', (process, context) => startText(startMs(process, context), context.nowMs)),
  start: column('START', (process, context) => startText(startMs(process, context), context.nowMs)),
  etime: column('ELAPSED', (process, context) => clockText(elapsedMs(process, context), false)),
  time: column('TIME', ({ ticks }) => clockText((ticks / TICKS_PER_SECOND) * 1000, true)),
  ni: column('NI', ({ nice }) => `${nice}`),
  nlwp: column('NLWP', ({ threads }) => `${threads}`),
  label: column('LABEL', (process, context) => DESCRIPTORS['label']?.text(process, context) ?? ''),
}

const SYNONYMS: Readonly<Record<string, string>> = {
  '%cpu': 'pcpu',
  '%mem': 'pmem',
  command: 'args',
  cputime: 'time',
  euser: 'user',
  egroup: 'group',
  nice: 'ni',
  pgrp: 'pgid',
  rssize: 'rss',
  rsz: 'rss',
  sess: 'sid',
  session: 'sid',
  state: 's',
  tt: 'tty',
  thcount: 'nlwp',
  ucmd: 'comm',
  ucomm: 'comm',
  uname: 'user',
  vsize: 'vsz',
}

export const COLUMN_NAMES = Object.keys(COLUMNS)

/** undefined where ps(1) has it and we do not, or nobody does. */
export function psColumn(name: string, view: View): Descriptor | undefined {
  const key = (Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name] : name) ?? ''
  return Object.hasOwn(COLUMNS, key) ? COLUMNS[key]?.(view) : undefined
}

/** `[[dd-]hh:]mm:ss`, with hours always where `whole`. Source: ps(1), etime and time. */
export function clockText(ms: number, whole: boolean): string {
  const seconds = Math.trunc(ms / 1000)
  const two = (number: number): string => String(number).padStart(2, '0')
  const days = Math.trunc(seconds / 86_400)
  const hours = Math.trunc(seconds / 3600) % 24
  const short = `${two(Math.trunc(seconds / 60) % 60)}:${two(seconds % 60)}`
  return `${days > 0 ? `${days}-` : ''}${whole || days > 0 || hours > 0 ? `${two(hours)}:` : ''}${short}`
}

/** `15:04` within a day, then `Jan02`. Source: ps(1), stime. */
function startText(startedMs: number, nowMs: number): string {
  const [, month = '', day = '', , time = ''] = new Date(startedMs).toString().split(' ')
  return nowMs - startedMs < 86_400_000 ? time.slice(0, 5) : `${month}${day}`
}

export type { ProcessInfo }
