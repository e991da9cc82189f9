import { goMap } from '../../engine/go-map.ts'
import { dockerNetworkName } from '../../engine/network/find.ts'
import type { ListedNetwork } from '../../engine/network/list.ts'
import type { ReportRow } from '../../ui/text/template/report.ts'
import { formatGoTime } from '../../ui/text/times.ts'
import { shortId } from '../../ui/text/truncate.ts'
import type { Style } from '../style/style.ts'
import { podmanFields, podmanNetwork } from './networks.ts'

export interface NetworkListOptions {
  readonly style: Style
  /** whole ids */
  readonly noTruncate: boolean
}

/** Rows of the table with their headings. Source: podman-network-ls(1), docker-network-ls(1). */
export function networkTable(networks: readonly ListedNetwork[], options: NetworkListOptions) {
  const isDocker = options.style.engine === 'docker'
  return {
    headings: ['NETWORK ID', 'NAME', 'DRIVER', ...(isDocker ? ['SCOPE'] : [])],
    cells: networks.map((network) => [
      idOf(network, options),
      nameOf(network, options),
      network.driver,
      ...(isDocker ? ['local'] : []),
    ]),
  }
}

export const NETWORK_HEADINGS: Readonly<Record<string, string>> = { ID: 'NETWORK ID', IPv4: 'IPV4', IPv6: 'IPV6' }

/** An element of `network ls --format json`. */
export function networkJson(network: ListedNetwork, options: NetworkListOptions): Readonly<Record<string, unknown>> {
  if (options.style.engine === 'podman') return network.row ? podmanNetwork(network.row) : {}
  return dockerFields(network, options)
}

/** What a template for the list may name. */
export function networkFields(network: ListedNetwork, options: NetworkListOptions): ReportRow {
  const id = idOf(network, options)
  if (options.style.engine === 'docker' || !network.row) {
    return { ...dockerFields(network, options), Label: labelOf(network) }
  }
  return podmanFields(podmanNetwork(network.row), {
    ID: id,
    Created: formatGoTime(network.createdAtMs),
    Labels: labelsText(network),
    Label: labelOf(network),
  })
}

function dockerFields(network: ListedNetwork, options: NetworkListOptions): Readonly<Record<string, string>> {
  const { row, createdAtMs, driver } = network
  return {
    CreatedAt: formatGoTime(createdAtMs),
    Driver: driver,
    ID: idOf(network, options),
    IPv4: `${row?.subnets.some(({ subnet }) => !subnet.includes(':')) ?? true}`,
    IPv6: `${row?.ipv6 ?? false}`,
    Internal: `${row?.internal ?? false}`,
    Labels: labelsText(network),
    Name: nameOf(network, options),
    Scope: 'local',
  }
}

function idOf({ id }: ListedNetwork, { noTruncate }: NetworkListOptions): string {
  return noTruncate ? id : shortId(id)
}

export function nameOf({ name }: Pick<ListedNetwork, 'name'>, { style }: Pick<NetworkListOptions, 'style'>): string {
  return style.engine === 'docker' ? dockerNetworkName(name) : name
}

function labelsText({ labels }: ListedNetwork): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}

function labelOf({ labels }: ListedNetwork): (name: unknown) => string {
  const own = goMap(labels)
  return (name) => own[String(name)] ?? ''
}
