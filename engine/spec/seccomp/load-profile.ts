import { TspodError } from '../../../base/errors.ts'
import { quote } from '../bad-value.ts'
import type { OciSeccomp, OciSyscallRule } from '../oci.ts'
import { isAction, isComparison } from './actions.ts'
import { seccompArchitectures } from './architectures.ts'
import { applies, type FilterContext } from './profile-filter.ts'
import { ProfileReader } from './profile-reader.ts'

/** A profile with more is not for a container: the kernel takes 32768 instructions in all. */
const MAX_RULES = 4096

/** The kernel has six arguments. Source: seccomp(2), struct seccomp_data. */
const MAX_ARGS = 6

/**
 * The OCI profile in the text of a seccomp file, in docker's, podman's or the OCI's form: rules
 * that are for other capabilities, machines or kernels are left out.
 *
 * @param path for the messages
 * @throws {TspodError} E_BAD_SECCOMP: names the place in the file
 * @throws {TspodError} E_UNSUPPORTED_SECCOMP: it needs a program that listens
 * @see docker's "Seccomp security profiles"; OCI runtime-spec, config-linux.md, "Seccomp"
 */
export function loadProfile(text: string, path: string, context: FilterContext): OciSeccomp {
  const root = ProfileReader.parse(text, path)
  const defaultErrnoRet = root.optionalInteger('defaultErrnoRet', 4095)
  return {
    defaultAction: readAction(root, 'defaultAction'),
    ...(defaultErrnoRet !== undefined && { defaultErrnoRet }),
    architectures: readArchitectures(root, context.arch),
    syscalls: root
      .list('syscalls', MAX_RULES)
      .filter((rule) => applies(rule, context))
      .map(readRule),
  }
}

function readRule(rule: ProfileReader): OciSyscallRule {
  const errnoRet = rule.optionalInteger('errnoRet', 4095)
  const name = rule.optionalString('name')
  const names = [...rule.strings('names'), ...(name ? [name] : [])]
  const args = rule.list('args', MAX_ARGS).map(readArg)
  if (new Set(args.map(({ index }) => index)).size < args.length) {
    throw rule.fail('a rule can compare an argument only once')
  }
  return { names, action: readAction(rule, 'action'), args, ...(errnoRet !== undefined && { errnoRet }) }
}

function readArg(arg: ProfileReader): OciSyscallRule['args'][number] {
  const op = arg.string('op')
  if (!isComparison(op)) throw arg.fail(`unknown comparison ${quote(op)}`)
  return {
    index: arg.optionalInteger('index', MAX_ARGS - 1) ?? 0,
    value: arg.optionalInteger('value') ?? 0,
    valueTwo: arg.optionalInteger('valueTwo') ?? 0,
    op,
  }
}

function readAction(reader: ProfileReader, member: string): string {
  const action = reader.string(member)
  if (action === 'SCMP_ACT_NOTIFY') {
    throw new TspodError(
      'E_UNSUPPORTED_SECCOMP',
      `the seccomp profile ${reader.where} wants SCMP_ACT_NOTIFY, which is not supported`,
    )
  }
  if (!isAction(action)) throw reader.fail(`unknown action ${quote(action)}`)
  return action
}

/** Those the file names; docker's `archMap` has a list for each machine. */
function readArchitectures(root: ProfileReader, arch: string): readonly string[] {
  const own = seccompArchitectures(arch)
  const named = root.strings('architectures')
  const maps = root.list('archMap', 64)
  const map = maps.find((entry) => entry.string('architecture') === own[0])
  const all = [...named, ...(map ? [map.string('architecture'), ...map.strings('subArchitectures')] : [])]
  const wrong = all.find((name) => !/^SCMP_ARCH_[A-Z0-9_]{1,32}$/.test(name))
  if (wrong !== undefined) throw root.fail(`unknown architecture ${quote(wrong)}`)
  return all.length > 0 ? [...new Set(all)] : own
}
