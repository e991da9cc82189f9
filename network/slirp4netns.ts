import type { NetworkDescription, NetworkInput } from './driver.ts'
import { HELPER_EXIT_FD, HELPER_READY_FD, type HelperCommand, namespacePath } from './helper-command.ts'

/** Addresses that slirp4netns gives out in its default subnet. Source: slirp4netns(1), "DESCRIPTION". */
const ADDRESS = { container: '10.0.2.100', host: '10.0.2.2', nameserver: '10.0.2.3' } as const

/** Source: slirp4netns(1). The host's loopback stays out of reach, as in podman. */
export function describeSlirp4netns(program: string, input: NetworkInput): NetworkDescription {
  const helper: HelperCommand = {
    name: 'slirp4netns',
    program,
    args: [
      '--configure',
      '--mtu=65520',
      '--disable-host-loopback',
      '--enable-sandbox',
      '--enable-seccomp',
      `--ready-fd=${HELPER_READY_FD}`,
      `--exit-fd=${HELPER_EXIT_FD}`,
      ...(input.apiSocket !== undefined && (input.ports?.length ?? 0) > 0 ? [`--api-socket=${input.apiSocket}`] : []),
      '--netns-type=path',
      ...(input.userNamespace ? ['--userns-path', namespacePath('user')] : []),
      namespacePath('net'),
      'tap0',
    ],
    env: [],
  }
  return {
    mode: 'slirp4netns',
    helper,
    address: ADDRESS.container,
    hostAddress: ADDRESS.host,
    nameserver: ADDRESS.nameserver,
  }
}
