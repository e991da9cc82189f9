import type { Engine } from '../../engine/engine.ts'
import { goMap, goTime } from '../../engine/go-map.ts'
import type { Pod } from '../../engine/pod/list.ts'
import { podNetworks } from '../../engine/pod/networks.ts'
import { formatAgo } from '../../ui/text/durations.ts'
import type { ReportRow } from '../../ui/text/template/report.ts'
import { shortId } from '../../ui/text/truncate.ts'

export interface PodReportOptions {
  readonly nowMs: number
  /** whole ids */
  readonly noTruncate: boolean
}

/** Columns in place of the number of containers. */
export interface ContainerColumns {
  readonly ids: boolean
  readonly names: boolean
  readonly statuses: boolean
}

/** Source: podman-pod-ps(1). */
export const POD_HEADINGS: Readonly<Record<string, string>> = {
  ID: 'POD ID',
  Id: 'POD ID',
  ContainerIds: 'IDS',
  ContainerNames: 'NAMES',
  ContainerStatuses: 'STATUS',
  InfraID: 'INFRA ID',
  InfraId: 'INFRA ID',
  NumberOfContainers: '# OF CONTAINERS',
}

/** The table as a template. Source: podman's pods/ps.go. */
export function podTable({ ids, names, statuses }: ContainerColumns): string {
  const containers = [
    ...(ids ? ['ContainerIds'] : []),
    ...(names ? ['ContainerNames'] : []),
    ...(statuses ? ['ContainerStatuses'] : []),
  ]
  const shown = containers.length > 0 ? containers : ['NumberOfContainers']
  return `table ${['ID', 'Name', 'Status', 'Created', 'InfraID', ...shown].map((name) => `{{.${name}}}`).join('\\t')}`
}

/** What a template for `pod ps` may name. */
export function podFields(engine: Engine, pod: Pod, { nowMs, noTruncate }: PodReportOptions): ReportRow {
  const { row, status, containers } = pod
  const cut = (id: string): string => (noTruncate ? id : shortId(id))
  const created = formatAgo(row.createdAtMs, nowMs)
  const infra = cut(row.infraId ?? '')
  return {
    ID: cut(row.id),
    Id: cut(row.id),
    Name: row.name,
    Status: status,
    Created: created,
    InfraID: infra,
    InfraId: infra,
    NumberOfContainers: containers.length,
    ContainerIds: containers.map(({ id }) => cut(id)).join(','),
    ContainerNames: containers.map(({ name }) => name).join(','),
    ContainerStatuses: containers.map((container) => container.status).join(','),
    Labels: goMap(row.labels),
    Label: (name: unknown) => row.labels[String(name)] ?? '',
    Networks: podNetworks(engine, row)
      .map(({ name }) => name)
      .join(','),
    Restarts: `${containers.reduce((sum, { restartCount }) => sum + restartCount, 0)}`,
    Cgroup: '',
    Namespace: '',
  }
}

/** An element of podman's `pod ps --format json`. */
export function podJson(engine: Engine, { row, status, containers }: Pod) {
  return {
    Cgroup: '',
    Containers: containers.map(({ id, name, status: state, restartCount }) => ({
      Id: id,
      Names: name,
      Status: state,
      RestartCount: restartCount,
    })),
    Created: goTime(row.createdAtMs),
    Id: row.id,
    InfraId: row.infraId ?? '',
    Name: row.name,
    Namespace: '',
    Networks: podNetworks(engine, row).map(({ name }) => name),
    Status: status,
    Labels: goMap(row.labels),
  }
}

/** Source: podman-pod-ps(1), "--sort". */
export const POD_SORTS = ['created', 'id', 'name', 'number', 'status'] as const

const SORT_KEYS: Readonly<Record<string, (pod: Pod) => string | number>> = {
  created: ({ row }) => -row.createdAtMs,
  id: ({ row }) => row.id,
  name: ({ row }) => row.name,
  number: ({ containers }) => containers.length,
  status: ({ status }) => status,
}

/** In the order of what `by` names; those made last come first. Source: podman-pod-ps(1), "--sort". */
export function sortPods(pods: readonly Pod[], by: string): Pod[] {
  const key = SORT_KEYS[by] ?? (() => 0)
  return pods.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)]
    return a < b ? -1 : a > b ? 1 : 0
  })
}
