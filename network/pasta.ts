import type { NetworkDescription, NetworkInput, Port } from './driver.ts'
import { HELPER_READY_FD, namespacePath } from './helper-command.ts'

/** Stands for the host's resolver inside; link-local, so that no real network has it. Source: passt(1), "--dns-forward". */
const NAMESERVER = '169.254.1.1'

/**
 * The container has the host's own address. It says that it is ready by writing its pid file,
 * so that is the descriptor it is ready by. Source: pasta(1).
 */
export function describePasta(program: string, input: NetworkInput): NetworkDescription {
  const { pastaOptions: given = [] } = input
  const unless = (names: readonly string[], ...ours: readonly string[]) => (isGiven(given, names) ? [] : ours)
  return {
    mode: 'pasta',
    helper: {
      name: 'pasta',
      program,
      args: [
        '--foreground',
        '--quiet',
        '--config-net',
        ...unless(['--map-gw', '--no-map-gw'], '--no-map-gw'),
        ...portArgs(['--tcp-ports', '-t'], input, 'tcp'),
        ...portArgs(['--udp-ports', '-u'], input, 'udp'),
        ...unless(['--tcp-ns', '-T'], '--tcp-ns', 'none'),
        ...unless(['--udp-ns', '-U'], '--udp-ns', 'none'),
        ...unless(['--dns-forward'], '--dns-forward', NAMESERVER),
        // Source: podman-run(1), "--network", pasta: this one only says that ours is not wanted.
        ...given.filter((option) => option !== '--map-gw'),
        ...['--pid', `/proc/self/fd/${HELPER_READY_FD}`],
        ...(input.userNamespace ? ['--userns', namespacePath('user')] : ['--netns-only', '--runas', '0:0']),
        '--netns',
        namespacePath('net'),
      ],
      env: [],
      namespaces: input.userNamespace ? ['user', 'net'] : ['net'],
    },
    address: undefined,
    hostAddress: undefined,
    nameserver: isGiven(given, ['--dns-forward']) ? undefined : NAMESERVER,
  }
}

function isGiven(options: readonly string[], names: readonly string[]): boolean {
  return options.some((option) => names.includes(option.split('=', 1)[0] ?? ''))
}

/** Source: passt(1), "--tcp-ports": an address, a slash, and the ports of the host and the container. */
function portArgs(
  names: readonly [string, string],
  { ports = [], pastaOptions = [] }: NetworkInput,
  protocol: Port['protocol'],
): string[] {
  const [flag] = names
  const own = ports.filter((port) => port.protocol === protocol)
  if (own.length === 0) return isGiven(pastaOptions, names) ? [] : [flag, 'none']
  return own.flatMap(({ hostIp, hostPort, containerPort }) => {
    const address = hostIp === '' ? '' : `${hostIp}/`
    return [flag, `${address}${hostPort}:${containerPort}`]
  })
}
