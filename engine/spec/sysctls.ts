import type { RunRequest } from '../request.ts'
import { badValue } from './bad-value.ts'

/** Which namespace a knob belongs to. Source: podman-run(1), "--sysctl"; namespaces(7), ipc_namespaces(7). */
const IPC = [
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
]
const UTS = ['kernel.domainname', 'kernel.hostname']

export interface OwnNamespaces {
  readonly network: boolean
  readonly ipc: boolean
  readonly uts: boolean
}

/**
 * `--sysctl name=value`: only knobs of a namespace that is the container's own.
 *
 * @throws {TspodError} E_BAD_SYSCTL
 */
export function parseSysctls(request: Pick<RunRequest, 'sysctl'>, own: OwnNamespaces): Record<string, string> {
  return Object.fromEntries((request.sysctl ?? []).map((text) => parseSysctl(text, own)))
}

/** Those of `default_sysctls` that are of a namespace of the container's own; the host keeps its own. */
export function usualSysctls(texts: readonly string[], own: OwnNamespaces): Record<string, string> {
  const all = Object.entries(parseSysctls({ sysctl: texts }, { network: true, ipc: true, uts: true }))
  return Object.fromEntries(all.filter(([name]) => own[kindOf(name) ?? 'network']))
}

function parseSysctl(text: string, own: OwnNamespaces): [string, string] {
  const equals = text.indexOf('=')
  const name = (equals < 0 ? text : text.slice(0, equals)).trim()
  const value = equals < 0 ? '' : text.slice(equals + 1).trim()
  if (equals < 0 || !/^[a-z0-9_]+(\.[a-zA-Z0-9_-]+)+$/.test(name) || /[\0\n]/.test(value)) {
    throw badSysctl(text, 'not a knob and its value', 'write name=value, as in net.core.somaxconn=1024')
  }
  const kind = kindOf(name)
  if (kind === undefined) throw badSysctl(text, 'it is not of a namespace, so it would change the host')
  if (!own[kind]) throw badSysctl(text, `the container has no ${kind} namespace of its own`)
  return [name, value]
}

function kindOf(name: string): keyof OwnNamespaces | undefined {
  if (name.startsWith('net.')) return 'network'
  if (IPC.includes(name) || name.startsWith('fs.mqueue.')) return 'ipc'
  return UTS.includes(name) ? 'uts' : undefined
}

function badSysctl(text: string, why: string, hint?: string): Error {
  return badValue('E_BAD_SYSCTL', '--sysctl', text, why, hint)
}
