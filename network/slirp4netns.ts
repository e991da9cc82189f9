import type { NetworkDescription, NetworkInput } from './driver.ts'
import { HELPER_EXIT_FD, HELPER_READY_FD, type HelperCommand, namespacePath } from './helper-command.ts'

/** Addresses that slirp4netns gives out in its default subnet. Source: slirp4netns(1), "DESCRIPTION". */
export const SLIRP = {
  subnet: '10.0.2.0/24',
  container: '10.0.2.100',
  host: '10.0.2.2',
  nameserver: '10.0.2.3',
} as const

export interface SlirpSettings {
  /** the namespace's owner is a user namespace that is not ours */
  readonly userNamespace: boolean
  /** its subnet, in place of the usual one */
  readonly cidr?: string
  /** where it is to listen for who publishes ports */
  readonly apiSocket?: string
}

/** Serves the link tap0 of a process's network namespace. The host's loopback stays out of reach, as in podman. Source: slirp4netns(1) */
export function slirp4netnsCommand(program: string, settings: SlirpSettings): HelperCommand {
  const { userNamespace, cidr, apiSocket } = settings
  return {
    name: 'slirp4netns',
    program,
    args: [
      '--configure',
      '--mtu=65520',
      ...(cidr === undefined ? [] : [`--cidr=${cidr}`]),
      '--disable-host-loopback',
      '--enable-sandbox',
      '--enable-seccomp',
      `--ready-fd=${HELPER_READY_FD}`,
      `--exit-fd=${HELPER_EXIT_FD}`,
      ...(apiSocket === undefined ? [] : [`--api-socket=${apiSocket}`]),
      '--netns-type=path',
      ...(userNamespace ? ['--userns-path', namespacePath('user')] : []),
      namespacePath('net'),
      'tap0',
    ],
    env: [],
  }
}

export function describeSlirp4netns(program: string, input: NetworkInput): NetworkDescription {
  const { userNamespace, ports = [], apiSocket } = input
  return {
    mode: 'slirp4netns',
    helper: slirp4netnsCommand(program, {
      userNamespace,
      ...(apiSocket !== undefined && ports.length > 0 && { apiSocket }),
    }),
    address: SLIRP.container,
    hostAddress: SLIRP.host,
    nameserver: SLIRP.nameserver,
  }
}
