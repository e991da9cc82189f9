import type { OciSeccomp, OciSyscallRule } from '../oci.ts'
import { ENOSYS, EPERM } from './actions.ts'
import { seccompArchitectures } from './architectures.ts'
import { socketRules } from './socket-rules.ts'
import { ALLOWED, ALLOWED_ON, ALLOWED_WITH, FORBIDDEN } from './system-calls.ts'

/** PER_LINUX, PER_LINUX32, UNAME26 with each, and the value that only asks. Source: personality(2). */
const PERSONALITIES = [0x0, 0x8, 0x20000, 0x20008, 0xffff_ffff]

/**
 * The filter of a container that was given none, in the meaning of podman's and docker's.
 *
 * @param capabilities the bounding set
 * @param arch as images name it: `amd64`
 * @see OCI runtime-spec, config-linux.md, "Seccomp"
 */
export function defaultProfile(capabilities: readonly string[], arch: string): OciSeccomp {
  const guarded = Object.entries(ALLOWED_WITH)
  const ofMachine = ALLOWED_ON[arch] ?? []
  const granted = guarded.flatMap(([capability, names]) => (capabilities.includes(capability) ? names : []))
  const refused = guarded.flatMap(([capability, names]) => (capabilities.includes(capability) ? [] : names))
  const hasAudit = capabilities.includes('CAP_AUDIT_WRITE')
  const choices = [...guarded.map(([capability]) => capabilities.includes(capability)), hasAudit]
  return {
    builtIn: `${arch}-${choices.map(Number).join('')}`,
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: ENOSYS,
    architectures: seccompArchitectures(arch),
    syscalls: [
      allow([...Object.values(ALLOWED).flat(), ...ofMachine, ...granted]),
      refuse([...FORBIDDEN.filter((name) => !ofMachine.includes(name)), ...refused]),
      ...PERSONALITIES.map((value) => allow(['personality'], [{ index: 0, value, valueTwo: 0, op: 'SCMP_CMP_EQ' }])),
      ...socketRules(hasAudit),
    ],
  }
}

function allow(names: readonly string[], args: OciSyscallRule['args'] = []): OciSyscallRule {
  return { names, action: 'SCMP_ACT_ALLOW', args }
}

function refuse(names: readonly string[]): OciSyscallRule {
  return { names, action: 'SCMP_ACT_ERRNO', errnoRet: EPERM, args: [] }
}
