import { ownCommand } from '../../engine/container/command.ts'
import { parseContainerConfig } from '../../engine/container/config.ts'
import { isInfra } from '../../engine/container/is-infra.ts'
import type { ContainerRow } from '../../engine/container/list.ts'
import type { ContainerNamespaces } from '../../engine/container/namespaces.ts'
import { goMap } from '../../engine/go-map.ts'
import { formatAgo } from '../../ui/text/durations.ts'
import { formatGoTime } from '../../ui/text/times.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { stateText, statusText } from './container-status.ts'
import { commandText, podId, portsOf, type ReportOptions, type ShownContainer, sizeText } from './containers.ts'
import { portRanges, portsText } from './ports.ts'

/** Go's zero time in seconds since 1970. */
const GO_ZERO_SECONDS = -62135596800

/** An element of podman's `ps --format json`, with its names and types. */
export function psJson(shown: ShownContainer, options: ReportOptions): Readonly<Record<string, unknown>> {
  const { row, size } = shown
  return {
    AutoRemove: row.autoRemove,
    Command: ownCommandOf(row),
    CreatedAt: formatAgo(row.createdAtMs, options.nowMs),
    CIDFile: parseContainerConfig(row.config).request.cidfile ?? '',
    Exited: row.status === 'exited',
    ExitedAt: seconds(row.finishedAtMs) ?? GO_ZERO_SECONDS,
    ExitCode: row.exitCode ?? 0,
    ExposedPorts: exposedPorts(row),
    Id: row.id,
    Image: row.imageName,
    ImageID: row.imageId ?? '',
    IsInfra: isInfra(row),
    Labels: Object.keys(row.labels).length > 0 ? row.labels : null,
    Mounts: mountsOf(row),
    Names: [row.name],
    Namespaces: shown.namespaces ? namespacesJson(shown.namespaces) : {},
    Networks: shown.networks ?? [],
    Pid: row.pid ?? 0,
    Pod: row.podId ?? '',
    PodName: shown.podName ?? '',
    Ports: portsJson(shown),
    Restarts: row.restartCount,
    Size: size ? { rootFsSize: size.rootFsBytes, rwSize: size.rwBytes } : null,
    StartedAt: seconds(row.startedAtMs) ?? GO_ZERO_SECONDS,
    State: row.status,
    Status: statusOf(shown, options),
    Created: seconds(row.createdAtMs) ?? 0,
  }
}

/** What a template for podman's `ps` may name. Source: podman-ps(1), "--format". */
export function psFields(shown: ShownContainer, options: ReportOptions): Readonly<Record<string, unknown>> {
  const { row, namespaces } = shown
  const { noTruncate } = options
  const cut = (id: string): string => (noTruncate ? id : shortId(id))
  const ns = namespaceFields(namespaces)
  return {
    ID: cut(row.id),
    AutoRemove: row.autoRemove,
    CIDFile: parseContainerConfig(row.config).request.cidfile ?? '',
    Command: commandText(row, options),
    Created: formatGoTime(row.createdAtMs),
    CreatedAt: formatGoTime(row.createdAtMs),
    CreatedHuman: formatAgo(row.createdAtMs, options.nowMs),
    ExitCode: row.exitCode ?? 0,
    Exited: row.status === 'exited',
    ExitedAt: seconds(row.finishedAtMs) ?? GO_ZERO_SECONDS,
    ExposedPorts: goMap(exposedPorts(row) ?? {}),
    Image: row.imageName,
    ImageID: cut(row.imageId ?? ''),
    IsInfra: isInfra(row),
    Label: (name: unknown) => row.labels[String(name)] ?? '',
    Labels: goMap(row.labels),
    Mounts: mountsOf(row),
    Names: row.name,
    Namespaces: ns,
    Networks: (shown.networks ?? []).join(','),
    Pid: row.pid ?? 0,
    Pod: podId(row, noTruncate),
    PodName: shown.podName ?? '',
    Ports: portsText(portsOf(shown)),
    Restarts: `${row.restartCount}`,
    RunningFor: formatAgo(row.createdAtMs, options.nowMs),
    Size: sizeText(shown.size),
    StartedAt: seconds(row.startedAtMs) ?? GO_ZERO_SECONDS,
    State: stateText(row, 'podman'),
    Status: statusOf(shown, options),
    ...ns,
  }
}

export const PS_FIELD_HEADINGS: Readonly<Record<string, string>> = {
  ID: 'CONTAINER ID',
  CIDFile: 'CIDFILE',
  Cgroup: 'CGROUPNS',
  CreatedAt: 'CREATED AT',
  CreatedHuman: 'CREATED',
  ExitCode: 'EXIT CODE',
  ImageID: 'IMAGE ID',
  Pod: 'POD ID',
  PodName: 'PODNAME',
  User: 'USERNS',
}

function statusOf({ row, health }: ShownContainer, { nowMs }: ReportOptions): string {
  return statusText(row, { nowMs, health, engine: 'podman' })
}

function namespaceFields(namespaces: ContainerNamespaces | undefined) {
  const { cgroup = '', ipc = '', mnt = '', net = '', pid = '', user = '', uts = '' } = namespaces ?? {}
  return { MNT: mnt, Cgroup: cgroup, IPC: ipc, NET: net, PIDNS: pid, UTS: uts, User: user }
}

function namespacesJson({ cgroup, ipc, mnt, net, pid, user, uts }: ContainerNamespaces) {
  return { Mnt: mnt, Cgroup: cgroup, Ipc: ipc, Net: net, Pidns: pid, Uts: uts, User: user }
}

function ownCommandOf(row: ContainerRow): readonly string[] | null {
  const command = ownCommand(row.command, parseContainerConfig(row.config))
  return command.length > 0 ? command : null
}

function portsJson(shown: ShownContainer) {
  const ranges = portRanges(portsOf(shown).ports ?? [])
  if (ranges.length === 0) return null
  return ranges.map(({ hostIp, hostPort, containerPort, protocol, count }) => ({
    host_ip: hostIp,
    container_port: containerPort,
    host_port: hostPort,
    range: count,
    protocol,
  }))
}

/** Protocols by port. */
function exposedPorts(row: ContainerRow): Readonly<Record<string, readonly string[]>> | null {
  const ports = (parseContainerConfig(row.config).exposed ?? []).map((text) => text.split('/'))
  if (ports.length === 0) return null
  const byPort: Record<string, string[]> = {}
  for (const [port = '', protocol = 'tcp'] of ports) byPort[port] = [...(byPort[port] ?? []), protocol]
  return byPort
}

function mountsOf(row: ContainerRow): string[] {
  const { volumes, request } = parseContainerConfig(row.config)
  return [
    ...volumes.map(({ destination }) => destination),
    ...(request.tmpfs ?? []).map((text) => text.split(':')[0] ?? ''),
  ]
}

function seconds(ms: number | null): number | undefined {
  return ms === null ? undefined : Math.trunc(ms / 1000)
}
