import { TspodError } from '../base/errors.ts'

/** What every helper needs. Source: the kernel's Documentation/networking/tuntap.rst */
export const TUN = '/dev/net/tun'

export const TUN_HINT = `in a container, start that one with --device ${TUN}; on a machine, run "modprobe tun" as root; or use --network=host`

/** @param what needs it: `network pasta` */
export function noTun(what: string): TspodError {
  return new TspodError('E_NO_TUN', `${what} needs ${TUN}, and there is none`, { hint: TUN_HINT })
}
