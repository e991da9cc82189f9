import { TspodError } from '../../../base/errors.ts'
import type { OciSeccomp, OciSyscallRule } from '../oci.ts'
import { actionNumber, comparisonNumber } from './actions.ts'
import { type FilterContext, type Libseccomp, loadLibseccomp, readAnonymousFile } from './libseccomp.ts'

/** Source: seccomp.h of libseccomp, enum scmp_filter_attr. */
const ATTRIBUTE = { badArchAction: 2, optimize: 8 } as const

/** Source: seccomp_attr_set(3): system calls are looked up in a binary tree, not one after the other. */
const BINARY_TREE = 2

/** Source: errno(3). */
const EACCES = 13
const EEXIST = 17

const MFD_CLOEXEC = 1
const UNKNOWN_SYSCALL = -1

/** Source: seccomp.h of libseccomp, struct scmp_arg_cmp: two ints, two 64-bit numbers. */
const ARG_SIZE = 24

/**
 * Compiles a profile into the kernel's instructions, eight bytes each. The same profile gives the
 * same bytes. System calls that the library does not know are left out, so that they meet the
 * default action; a process of an architecture that is not named is killed.
 *
 * @throws {TspodError} E_SECCOMP_UNAVAILABLE: libseccomp is not installed
 * @throws {TspodError} E_BAD_SECCOMP: the library refuses a rule
 * @see seccomp(2), seccomp_rule_add(3)
 */
export async function compileSeccomp(profile: OciSeccomp): Promise<Buffer> {
  const library = await loadLibseccomp()
  const defaultAction = actionNumber(profile.defaultAction, profile.defaultErrnoRet)
  const context = library.init(defaultAction)
  if (context === null) throw new Error('seccomp_init failed')
  try {
    addArchitectures(library, context, profile.architectures)
    check(
      'set the action for other architectures',
      library.attrSet(context, ATTRIBUTE.badArchAction, actionNumber('SCMP_ACT_KILL_PROCESS')),
    )
    // Only from libseccomp 2.5 on; the filter does the same without.
    library.attrSet(context, ATTRIBUTE.optimize, BINARY_TREE)
    for (const rule of profile.syscalls) addRule(library, context, rule, defaultAction)
    return exportFilter(library, context)
  } finally {
    library.release(context)
  }
}

function addArchitectures(library: Libseccomp, context: FilterContext, names: readonly string[]): void {
  for (const name of names) {
    const token = library.archResolveName(name.replace(/^SCMP_ARCH_/, '').toLowerCase())
    if (token === 0) continue
    const result = library.archAdd(context, token)
    if (result !== -EEXIST) check(`add the architecture ${name}`, result)
  }
}

function addRule(library: Libseccomp, context: FilterContext, rule: OciSyscallRule, defaultAction: number): void {
  const action = actionNumber(rule.action, rule.errnoRet)
  if (action === defaultAction) return
  const args = encodeArgs(rule.args)
  for (const name of rule.names) {
    const syscall = library.syscallResolveName(name)
    if (syscall === UNKNOWN_SYSCALL) continue
    const result = library.ruleAddArray(context, action, syscall, rule.args.length, args)
    // A rule that an earlier one already covers; the earlier one counts.
    if (result !== -EEXIST && result !== -EACCES) check(`add the rule for ${name}`, result)
  }
}

function encodeArgs(args: OciSyscallRule['args']): Buffer {
  const bytes = Buffer.alloc(Math.max(1, args.length) * ARG_SIZE)
  for (const [place, { index, op, value, valueTwo }] of args.entries()) {
    const offset = place * ARG_SIZE
    bytes.writeUInt32LE(index, offset)
    bytes.writeUInt32LE(comparisonNumber(op), offset + 4)
    bytes.writeBigUInt64LE(BigInt(value), offset + 8)
    bytes.writeBigUInt64LE(BigInt(valueTwo), offset + 16)
  }
  return bytes
}

function exportFilter(library: Libseccomp, context: FilterContext): Buffer {
  const fd = library.memfdCreate('seccomp', MFD_CLOEXEC)
  if (fd < 0) throw new Error('memfd_create failed')
  const result = library.exportBpf(context, fd)
  const filter = readAnonymousFile(fd)
  check('write the filter', result)
  return filter
}

function check(what: string, result: number): void {
  if (result < 0) throw new TspodError('E_BAD_SECCOMP', `could not ${what}: libseccomp answers ${result}`)
}
