import { nearest } from '../../base/nearest.ts'
import type { HostFacts } from '../rootless/host-facts.ts'
import { badValue } from './bad-value.ts'
import { normalizeTarget } from './parse-target.ts'

export interface SecurityOptions {
  /** undefined: the usual profile; `file`: a path */
  readonly seccomp: 'unconfined' | { readonly file: string } | undefined
  readonly noNewPrivileges: boolean
  readonly mask: readonly string[]
  /** paths, which may have `*`, or `ALL` */
  readonly unmask: readonly string[]
  /** one line each, for the user: what was asked for and makes no difference here */
  readonly notes: readonly string[]
}

const NONE: SecurityOptions = { seccomp: undefined, noNewPrivileges: false, mask: [], unmask: [], notes: [] }
const KNOWN = ['seccomp', 'no-new-privileges', 'mask', 'unmask', 'systempaths', 'label', 'apparmor', 'proc-opts']
const MODULES: Readonly<Record<string, { module: string; off: readonly string[] }>> = {
  label: { module: 'selinux', off: ['disable'] },
  apparmor: { module: 'apparmor', off: ['unconfined', ''] },
}

/**
 * Every `--security-opt`; `=` and `:` both separate name and value, as docker and podman take.
 * `label` and `apparmor` are refused only where the host has the module and the value is a
 * profile: there, leaving it out would be less than what was asked for.
 *
 * @throws {TspodError} E_BAD_SECURITY_OPT
 * @throws {TspodError} E_UNSUPPORTED_OPTION
 * @see podman-run(1), "--security-opt"
 */
export function parseSecurityOpts(
  texts: readonly string[] | undefined,
  host: Pick<HostFacts, 'securityModules'>,
): SecurityOptions {
  let options = NONE
  for (const text of texts ?? []) options = { ...options, ...parseSecurityOpt(text, options, host) }
  return options
}

function parseSecurityOpt(
  text: string,
  before: SecurityOptions,
  host: Pick<HostFacts, 'securityModules'>,
): Partial<SecurityOptions> {
  const at = text.search(/[=:]/)
  const name = at < 0 ? text : text.slice(0, at)
  const value = at < 0 ? '' : text.slice(at + 1)
  switch (name) {
    case 'seccomp':
      if (value === '') throw badOpt(text, 'it names no profile', 'use seccomp=unconfined or seccomp=FILE')
      return { seccomp: value === 'unconfined' ? value : { file: value } }
    case 'no-new-privileges':
      return { noNewPrivileges: parseBoolean(at < 0 ? 'true' : value, text) }
    case 'mask':
      return { mask: [...before.mask, ...parsePaths(value, text)] }
    case 'unmask':
      return { unmask: [...before.unmask, ...(value.toUpperCase() === 'ALL' ? ['ALL'] : parsePaths(value, text))] }
    case 'systempaths':
      if (value === 'unconfined') return { unmask: [...before.unmask, 'ALL'] }
      throw badOpt(text, 'the value can only be unconfined')
    case 'label':
    case 'apparmor':
      return parseModule(name, value, text, before, host)
    default:
      throw unknownOpt(name, text)
  }
}

function parseModule(
  name: string,
  value: string,
  text: string,
  before: SecurityOptions,
  host: Pick<HostFacts, 'securityModules'>,
): Partial<SecurityOptions> {
  const { module, off } = MODULES[name] ?? { module: name, off: [] }
  if (off.includes(value)) return {}
  if (host.securityModules.includes(module)) {
    throw badValue('E_UNSUPPORTED_OPTION', '--security-opt', text, `tspod does not set profiles of ${module} yet`)
  }
  return {
    notes: [
      ...before.notes,
      `--security-opt ${name}=${value.slice(0, 100)} has no effect: the host does not use ${module}`,
    ],
  }
}

function parsePaths(value: string, text: string): string[] {
  const paths = value.split(':')
  if (paths.some((path) => !path.startsWith('/') || path.includes('\0')))
    throw badOpt(text, 'the value is not a list of absolute paths')
  return paths.map(normalizeTarget)
}

function parseBoolean(value: string, text: string): boolean {
  if (/^(true|1|t)$/i.test(value)) return true
  if (/^(false|0|f)$/i.test(value)) return false
  throw badOpt(text, 'the value can only be true or false')
}

function unknownOpt(name: string, text: string): Error {
  if (name === 'proc-opts')
    return badValue('E_UNSUPPORTED_OPTION', '--security-opt', text, 'proc-opts is not supported yet')
  const meant = nearest(name, KNOWN)
  return badOpt(
    text,
    'there is no such option',
    meant ? `did you mean ${meant}?` : `use one of ${KNOWN.slice(0, -1).join(', ')}`,
  )
}

function badOpt(text: string, why: string, hint?: string): Error {
  return badValue('E_BAD_SECURITY_OPT', '--security-opt', text, why, hint)
}
