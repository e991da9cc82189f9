import type { NetworkDescription, NetworkInput } from './driver.ts'
import { HELPER_READY_FD, namespacePath } from './helper-command.ts'

/** Stands for the host's resolver inside; link-local, so that no real network has it. Source: passt(1), "--dns-forward". */
const NAMESERVER = '169.254.1.1'

/**
 * The container has the host's own address. It says that it is ready by writing its pid file,
 * so that is the descriptor it is ready by. Source: pasta(1).
 */
export function describePasta(program: string, input: NetworkInput): NetworkDescription {
  return {
    mode: 'pasta',
    helper: {
      name: 'pasta',
      program,
      args: [
        '--foreground',
        '--quiet',
        '--config-net',
        '--no-map-gw',
        ...['--tcp-ports', 'none'],
        ...udpArgs(input),
        ...['--tcp-ns', 'none', '--udp-ns', 'none'],
        ...['--dns-forward', NAMESERVER],
        ...['--pid', `/proc/self/fd/${HELPER_READY_FD}`],
        ...(input.userNamespace ? ['--userns', namespacePath('user')] : ['--netns-only', '--runas', '0:0']),
        '--netns',
        namespacePath('net'),
      ],
      env: [],
    },
    address: undefined,
    hostAddress: undefined,
    nameserver: NAMESERVER,
  }
}

/** Source: passt(1), "--udp-ports": an address, a slash, and the ports of the host and the container. */
function udpArgs({ ports = [] }: NetworkInput): string[] {
  const own = ports.filter(({ protocol }) => protocol === 'udp')
  if (own.length === 0) return ['--udp-ports', 'none']
  return own.flatMap(({ hostIp, hostPort, containerPort }) => {
    const address = hostIp === '' ? '' : `${hostIp}/`
    return ['--udp-ports', `${address}${hostPort}:${containerPort}`]
  })
}
