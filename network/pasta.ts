import type { NetworkDescription, NetworkInput, Port } from './driver.ts'
import { namespaceFile } from './helper-command.ts'
import { givesOption } from './pasta-options.ts'
import { pastaVersion } from './pasta-version.ts'

/** Stands for the host's resolver inside; link-local, so that no real network has it. Source: passt(1), "--dns-forward". */
const NAMESERVER = '169.254.1.1'

/** Stands for the host inside, by the address of which it has none else: that is the container's. Source: passt(1), "--map-guest-addr". */
const HOST = '169.254.1.2'

/**
 * The container has the host's own address. When pasta is ready it goes into the background; newer ones close all
 * descriptors that they were given. What goes wrong until then is on its stderr, later in the system's log. Source: passt(1).
 */
export function describePasta(program: string, input: NetworkInput): NetworkDescription {
  const { pastaOptions: given = [], versionOf } = input
  const isGiven = (name: string) => givesOption(given, name)
  const unless = (name: string, ...ours: readonly string[]) => (isGiven(name) ? [] : ours)
  const mapsHost = !isGiven('--map-guest-addr') && versionOf !== undefined && pastaVersion(versionOf(program)).isNew
  return {
    mode: 'pasta',
    helper: {
      name: 'pasta',
      program,
      args: [
        '--quiet',
        '--config-net',
        '--no-netns-quit',
        ...(['--map-gw', '--no-map-gw', '--map-host-loopback'].some(isGiven) ? [] : ['--no-map-gw']),
        ...(mapsHost ? ['--map-guest-addr', HOST] : []),
        ...portArgs('--tcp-ports', input, 'tcp'),
        ...portArgs('--udp-ports', input, 'udp'),
        ...unless('--tcp-ns', '--tcp-ns', 'none'),
        ...unless('--udp-ns', '--udp-ns', 'none'),
        ...unless('--dns-forward', '--dns-forward', NAMESERVER),
        // Source: podman-run(1), "--network", pasta: this one only says that ours is not wanted.
        ...given.filter((option) => option !== '--map-gw'),
        ...(input.userNamespace ? ['--userns', namespaceFile('user')] : ['--netns-only', '--runas', '0:0']),
        '--netns',
        namespaceFile('net'),
      ],
      env: [],
      byFiles: true,
      namespaces: input.userNamespace ? ['user', 'net'] : ['net'],
    },
    address: undefined,
    hostAddress: mapsHost ? HOST : undefined,
    nameserver: isGiven('--dns-forward') ? undefined : NAMESERVER,
  }
}

/** Source: passt(1), "--tcp-ports": an address, a slash, and the ports of the host and the container. */
function portArgs(flag: string, { ports = [], pastaOptions = [] }: NetworkInput, protocol: Port['protocol']): string[] {
  const own = ports.filter((port) => port.protocol === protocol)
  if (own.length === 0) return givesOption(pastaOptions, flag) ? [] : [flag, 'none']
  return own.flatMap(({ hostIp, hostPort, containerPort }) => {
    const address = hostIp === '' ? '' : `${hostIp}/`
    return [flag, `${address}${hostPort}:${containerPort}`]
  })
}
