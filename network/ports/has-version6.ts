import { existsSync } from 'node:fs'

/** Whether this host's kernel speaks version 6, and is not told otherwise. Source: proc_sys_net(5), kernel documentation ip-sysctl.rst */
export function hasVersion6(): boolean {
  return existsSync('/proc/net/if_inet6')
}
