import type { OciSyscallRule } from '../oci.ts'
import { EINVAL, EPERM } from './actions.ts'

/** Source: socket(2), include/linux/socket.h, include/uapi/linux/netlink.h. */
const AF_NETLINK = 16
const AF_VSOCK = 40
const NETLINK_AUDIT = 9

/** socket(2) takes an int: the upper half of the register is no part of it, and a filter that read it could be misled. */
const INT = 0xffff_ffff

/** Address families are below 64, netlink protocols below 32: what is above fails in the kernel anyway. */
const FAMILY_BITS = 6
const PROTOCOL_BITS = 5

type Arg = OciSyscallRule['args'][number]

/**
 * `socket` for every family but AF_VSOCK, which reaches past the network namespace to the host of
 * a virtual machine. Without CAP_AUDIT_WRITE the audit protocol is as in a kernel without it
 * (EINVAL), which login programs take as "no audit"; EPERM would stop them.
 *
 * Rules of different outcome never overlap, so their order means nothing.
 */
export function socketRules(mayAudit: boolean): OciSyscallRule[] {
  const netlink = equals(0, INT, AF_NETLINK)
  const other = allBut([AF_NETLINK, AF_VSOCK], FAMILY_BITS).map(({ mask, value }) =>
    rule('SCMP_ACT_ALLOW', [equals(0, mask, value)]),
  )
  const vsock = rule('SCMP_ACT_ERRNO', [equals(0, INT, AF_VSOCK)], EPERM)
  if (mayAudit) return [...other, vsock, rule('SCMP_ACT_ALLOW', [netlink])]
  return [
    ...other,
    vsock,
    rule('SCMP_ACT_ERRNO', [netlink, equals(2, INT, NETLINK_AUDIT)], EINVAL),
    ...allBut([NETLINK_AUDIT], PROTOCOL_BITS).map(({ mask, value }) =>
      rule('SCMP_ACT_ALLOW', [netlink, equals(2, mask, value)]),
    ),
  ]
}

/**
 * Masks and values that together match every number of `bits` bits but the excluded ones.
 *
 * From the highest bit down, a half without an excluded number is one match; the others are
 * halved again.
 */
export function allBut(excluded: readonly number[], bits: number): { mask: number; value: number }[] {
  const split = (prefix: number, rest: number): { mask: number; value: number }[] => {
    const inside = excluded.filter((number) => number >> rest === prefix)
    if (inside.length === 0) return [{ mask: ((1 << (bits - rest)) - 1) << rest, value: prefix << rest }]
    return rest === 0 ? [] : [...split(prefix * 2, rest - 1), ...split(prefix * 2 + 1, rest - 1)]
  }
  return split(0, bits)
}

/** A masked comparison has the mask as value and the number as second value. Source: OCI runtime-spec, config-linux.md, "Seccomp". */
function equals(index: number, mask: number, value: number): Arg {
  return { index, value: mask, valueTwo: value, op: 'SCMP_CMP_MASKED_EQ' }
}

function rule(action: string, args: readonly Arg[], errnoRet?: number): OciSyscallRule {
  return { names: ['socket'], action, args, ...(errnoRet !== undefined && { errnoRet }) }
}
