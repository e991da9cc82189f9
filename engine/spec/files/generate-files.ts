import { TspodError } from '../../../base/errors.ts'
import type { RunRequest } from '../../request.ts'
import type { HostFacts } from '../../rootless/host-facts.ts'
import { badValue } from '../bad-value.ts'
import { containerHostname } from '../hostname.ts'
import type { SpecNetwork } from '../spec-input.ts'
import { containerenvFile } from './containerenv.ts'
import { hostsFile } from './hosts.ts'
import { nameServers } from './name-servers.ts'
import { resolvConf } from './resolv-conf.ts'

export interface FilesInput {
  readonly request: RunRequest
  readonly id: string
  readonly name: string
  readonly imageId: string
  readonly version: string
  readonly host: Pick<HostFacts, 'rootless' | 'hostname'>
  readonly network: SpecNetwork
  /** what the network driver describes */
  readonly address: string | undefined
  readonly hostAddress: string | undefined
  readonly nameserver: string | undefined
  readonly knowsMore?: boolean | undefined
  /** text of /etc/resolv.conf; '' where there is none */
  readonly hostResolvConf: string
  /** text of /run/systemd/resolve/resolv.conf; '' where there is none */
  readonly systemdResolvConf: string
  /** what --hosts-file names; '' where it names nothing */
  readonly hostsBase?: string
  /** of another container, where it is in its UTS namespace */
  readonly joinedHostname?: string | undefined
}

export type GeneratedFile = 'hosts' | 'hostname' | 'resolv.conf' | 'containerenv'

/**
 * The texts of the files that `generateSpec` mounts from `containerDir`, by their names there.
 *
 * @throws {TspodError} E_BAD_HOSTNAME, E_BAD_ADD_HOST, E_NO_HOST_GATEWAY, E_BAD_DNS
 */
export function generateFiles(
  input: FilesInput,
): Readonly<Record<GeneratedFile, string>> & { readonly dockerenv?: string } {
  const { request, id, name, network, address, hostAddress } = input
  const hostname = containerHostname({ ...input, hostname: input.joinedHostname })
  if (request.noHosts && request.addHosts?.length)
    throw new TspodError('E_BAD_ADD_HOST', '--no-hosts and --add-host exclude each other')
  return {
    hosts: hostsFile({
      hostname,
      name,
      address,
      hostAddress,
      addHosts: request.addHosts ?? [],
      ...(request.domainname ? { domainname: parseDomain(request.domainname) } : {}),
      base: input.hostsBase ?? '',
    }),
    hostname: `${hostname}\n`,
    'resolv.conf': resolvConf({
      hostText: input.hostResolvConf,
      systemdText: input.systemdResolvConf,
      nameserver: input.nameserver,
      knowsMore: input.knowsMore ?? false,
      hostNetwork: network === 'host',
      dns: nameServers(request.dns),
      dnsSearch: request.dnsSearch ?? [],
      dnsOptions: request.dnsOptions ?? [],
    }),
    containerenv: containerenvFile({
      version: input.version,
      name,
      id,
      image: request.image,
      imageId: input.imageId,
      rootless: input.host.rootless,
      privileged: request.privileged ?? false,
    }),
    // Docker's is empty, too.
    ...(request.dockerenv && { dockerenv: '' }),
  }
}

function parseDomain(text: string): string {
  if (/^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,252})$/.test(text)) return text
  throw badValue('E_BAD_HOSTNAME', '--domainname', text, 'not a domain')
}
