import type { NetworkDescription, NetworkInput } from './driver.ts'
import { HELPER_EXIT_FD, HELPER_READY_FD, type HelperCommand, namespacePath } from './helper-command.ts'
import { hostAddress } from './host-address.ts'
import { splitOption } from './slirp-options.ts'

/** Addresses that slirp4netns gives out in its default subnet. Source: slirp4netns(1), "DESCRIPTION". */
const ADDRESS = { container: '10.0.2.100', host: '10.0.2.2', nameserver: '10.0.2.3' } as const

const SUBNET = '10.0.2.0/24'

/** Source: slirp4netns(1). The host's loopback stays out of reach, as in podman. */
export function describeSlirp4netns(
  program: string,
  input: NetworkInput,
): NetworkDescription & { readonly helper: HelperCommand } {
  const options = new Map((input.slirpOptions ?? []).map((text) => splitOption(text)))
  const { cidr, args } = optionArgs(options)
  const address = cidr === undefined ? ADDRESS : addressesOf(cidr)
  const helper: HelperCommand = {
    name: 'slirp4netns',
    program,
    args: [
      '--configure',
      `--mtu=${options.get('mtu') ?? 65520}`,
      ...(options.get('allow_host_loopback') === 'true' ? [] : ['--disable-host-loopback']),
      ...args,
      '--enable-sandbox',
      '--enable-seccomp',
      `--ready-fd=${HELPER_READY_FD}`,
      `--exit-fd=${HELPER_EXIT_FD}`,
      ...(input.apiSocket === undefined ? [] : [`--api-socket=${input.apiSocket}`]),
      '--netns-type=path',
      ...(input.userNamespace ? ['--userns-path', namespacePath('user')] : []),
      namespacePath('net'),
      'tap0',
    ],
    env: [],
    namespaces: input.userNamespace ? ['user', 'net'] : ['net'],
  }
  return {
    mode: 'slirp4netns',
    helper,
    address: address.container,
    subnet: cidr ?? SUBNET,
    // The helper's own address for the host stands for its loopback.
    hostAddress: options.get('allow_host_loopback') === 'true' ? address.host : hostAddress(),
    nameserver: address.nameserver,
  }
}

/** Source: podman-run(1), "--network"; who forwards ports is not ours to choose. */
function optionArgs(options: ReadonlyMap<string, string>): {
  readonly cidr: string | undefined
  readonly args: string[]
} {
  const cidr = options.get('cidr')
  const flags = { cidr: '--cidr', outbound_addr: '--outbound-addr', outbound_addr6: '--outbound-addr6' } as const
  const args = Object.entries(flags).flatMap(([name, flag]) => {
    const value = options.get(name)
    return value === undefined ? [] : [`${flag}=${value}`]
  })
  return { cidr, args: [...args, ...(options.get('enable_ipv6') === 'true' ? ['--enable-ipv6'] : [])] }
}

/** Source: slirp4netns(1), "--cidr": each is as far from the first as in the default subnet. */
function addressesOf(cidr: string): { readonly [K in keyof typeof ADDRESS]: string } {
  const [network = ''] = cidr.split('/', 1)
  const start = network.slice(0, network.lastIndexOf('.'))
  const first = Number(network.slice(network.lastIndexOf('.') + 1))
  return { container: `${start}.${first + 100}`, host: `${start}.${first + 2}`, nameserver: `${start}.${first + 3}` }
}
