import { formatAddress } from '../../network/addresses/address.ts'
import { gatewayOf } from '../../network/bridge/network.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import type { RunRequest } from '../request.ts'
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
