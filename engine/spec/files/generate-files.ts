import type { RunRequest } from '../../request.ts'
import type { HostFacts } from '../../rootless/host-facts.ts'
import { containerHostname } from '../hostname.ts'
import type { SpecNetwork } from '../spec-input.ts'
import { containerenvFile } from './containerenv.ts'
import { hostsFile } from './hosts.ts'
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
  /** text of /etc/resolv.conf; '' where there is none */
  readonly hostResolvConf: string
  /** text of /run/systemd/resolve/resolv.conf; '' where there is none */
  readonly systemdResolvConf: string
}

export type GeneratedFile = 'hosts' | 'hostname' | 'resolv.conf' | 'containerenv'

/**
 * The texts of the files that `generateSpec` mounts from `containerDir`, by their names there.
 *
 * @throws {TspodError} E_BAD_HOSTNAME, E_BAD_ADD_HOST, E_NO_HOST_GATEWAY, E_BAD_DNS
 */
export function generateFiles(input: FilesInput): Readonly<Record<GeneratedFile, string>> {
  const { request, id, name, network, address, hostAddress } = input
  const hostname = containerHostname(input)
  return {
    hosts: hostsFile({ hostname, name, address, hostAddress, addHosts: request.addHosts ?? [] }),
    hostname: `${hostname}\n`,
    'resolv.conf': resolvConf({
      hostText: input.hostResolvConf,
      systemdText: input.systemdResolvConf,
      nameserver: input.nameserver,
      hostNetwork: network === 'host',
      dns: (request.dns ?? []).filter((server) => server !== 'none'),
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
  }
}
