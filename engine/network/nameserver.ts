import { TspodError } from '../../base/errors.ts'
import { formatAddress, parseAddress } from '../../network/addresses/address.ts'
import { gatewayOf } from '../../network/bridge/network.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import type { RunRequest } from '../request.ts'
import { badValue } from '../spec/bad-value.ts'
import { subnetOf } from './endpoint-requests.ts'

/**
 * Who answers a container in these networks for names: the gateway in the first that has names, which knows those of
 * all. One whose way out is limited has no address of version 6, and a resolver of its own in any network.
 */
export function nameserverIn(
  networks: readonly NetworkRow[],
  { egress }: Pick<RunRequest, 'egress'>,
): string | undefined {
  if (!egress?.length) return networks.find(({ dnsEnabled }) => dnsEnabled)?.subnets[0]?.gateway
  const [subnet] = networks.flatMap((network) => subnetOf(network, 4) ?? [])
  return subnet && formatAddress(gatewayOf(subnet))
}

/** Source: network/gateway/README.md, "ask" */
const MOST_UPSTREAMS = 16

/**
 * Whom the gateway asks for a container in networks with names: `--dns`. As with podman they do not take its place, so
 * that neighbours are found. None: those of the network.
 */
export function upstreamsOf({ dns = [] }: Pick<RunRequest, 'dns'>): string[] {
  return [...new Set(dns)].filter(parseAddress).slice(0, MOST_UPSTREAMS)
}

/** @throws {TspodError} E_BAD_DNS: the gateway cannot ask all of them */
export function requireUpstreams(request: Pick<RunRequest, 'dns'>): void {
  const asked = [...new Set(request.dns)].filter((server) => server !== 'none')
  const bad = asked.find((server) => !parseAddress(server))
  if (bad !== undefined) throw badValue('E_BAD_DNS', '--dns', bad, 'not an address that a network could ask')
  if (asked.length <= MOST_UPSTREAMS) return
  throw new TspodError('E_BAD_DNS', `--dns: more than ${MOST_UPSTREAMS} name servers in a network with a name`)
}
