import { parseContainerConfig } from '../../engine/container/config.ts'
import { dockerNetworkName } from '../../engine/network/find.ts'
import { formatAgo } from '../../ui/text/durations.ts'
import { formatGoTime, wholeSeconds } from '../../ui/text/times.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { stateText, statusText } from './container-status.ts'
import { commandText, imageText, portsOf, type ReportOptions, type ShownContainer, sizeText } from './containers.ts'
import { portsText } from './ports.ts'

/** What a template for docker's `ps` may name; all are texts. Source: docker-ps(1), "--format". */
export function dockerPsFields(shown: ShownContainer, options: ReportOptions) {
  const { row, health, size } = shown
  const { nowMs, noTruncate, style } = options
  const config = parseContainerConfig(row.config)
  const mounts = config.volumes.map(({ name, source }) => (name === '' ? source : name))
  const labels = Object.entries(row.labels).map(([name, value]) => `${name}=${value}`)
  return {
    Command: commandText(row, options),
    CreatedAt: formatGoTime(wholeSeconds(row.createdAtMs)),
    HealthStatus: row.status === 'running' ? health : '',
    ID: noTruncate ? row.id : shortId(row.id),
    Image: imageText(row, options),
    Label: (name: unknown) => row.labels[String(name)] ?? '',
    Labels: labels.sort().join(','),
    LocalVolumes: `${config.volumes.filter(({ type }) => type === 'volume').length}`,
    Mounts: mounts.map((mount) => (noTruncate ? mount : style.ellipsis(mount, 15))).join(','),
    Names: row.name,
    Networks: networkNames(shown),
    Platform: 'linux',
    Ports: portsText(portsOf(shown)),
    RunningFor: formatAgo(row.createdAtMs, nowMs),
    Size: size ? sizeText(size) : '0B',
    State: stateText(row, 'docker'),
    Status: statusText(row, { nowMs, health, engine: 'docker' }),
  }
}

/** An object a line, its members in the order of their names. */
export function dockerPsJson(shown: ShownContainer, options: ReportOptions): Readonly<Record<string, string>> {
  const { Label: _, ...fields } = dockerPsFields(shown, options)
  return fields
}

export const DOCKER_PS_HEADINGS: Readonly<Record<string, string>> = { ID: 'CONTAINER ID', RunningFor: 'CREATED' }

/** What brings a container out is docker's bridge. */
function networkNames({ row, networks = [] }: ShownContainer): string {
  const { networkMode } = parseContainerConfig(row.config)
  if (networkMode === 'bridge') return networks.map(dockerNetworkName).join(',')
  return ['slirp4netns', 'pasta', 'private'].includes(networkMode) ? 'bridge' : networkMode
}
