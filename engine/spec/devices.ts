import type { HostFacts } from '../rootless/host-facts.ts'

/** Source: OCI runtime-spec, config-linux.md, "Default Devices". /dev/console is the launcher's: it is the terminal. */
const DEFAULT = ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom', '/dev/tty']

/** Device files that the container shares with the host; a privileged one has also those that containers inside it need. */
export function containerDevices(privileged: boolean, host: Pick<HostFacts, 'devices'>): { readonly path: string }[] {
  return [...DEFAULT, ...(privileged ? host.devices : [])].map((path) => ({ path }))
}
