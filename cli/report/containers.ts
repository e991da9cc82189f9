import { parseContainerConfig } from '../../engine/container/config.ts'
import type { ContainerRow } from '../../engine/container/list.ts'
import { formatAgo, formatDuration } from '../../ui/text/durations.ts'
import { formatGoTime } from '../../ui/text/times.ts'
import { shortCommand, shortId } from '../../ui/text/truncate.ts'

export interface ReportOptions {
  readonly nowMs: number
  /** whole ids and commands */
  readonly noTruncate: boolean
}

export const PS_HEADINGS = ['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'] as const

/** A line of podman's ps, cell by cell under `PS_HEADINGS`. */
export function psCells(row: ContainerRow, options: ReportOptions): string[] {
  return [
    options.noTruncate ? row.id : shortId(row.id),
    row.imageName,
    options.noTruncate ? row.command.join(' ') : shortCommand(row.command),
    formatAgo(row.createdAtMs, options.nowMs),
    statusText(row, options.nowMs),
    '',
    row.name,
  ]
}

/** `Up 5 minutes`, `Exited (137) 2 hours ago`, `Created`. */
export function statusText(row: ContainerRow, nowMs: number): string {
  switch (row.status) {
    case 'running':
    case 'paused':
    case 'stopping':
      return `Up ${formatDuration(Math.max(0, nowMs - (row.startedAtMs ?? nowMs)))}`
    case 'exited':
      return `Exited (${row.exitCode ?? 0}) ${formatAgo(row.finishedAtMs ?? row.createdAtMs, nowMs)}`
    case 'restarting':
      return `Restarting (${row.exitCode ?? 0}) ${formatAgo(row.finishedAtMs ?? row.createdAtMs, nowMs)}`
    case 'created':
      return 'Created'
    case 'initialized':
      return 'Initialized'
  }
}

/** An element of `ps --format json`, with podman's names and types. */
export function psJson(row: ContainerRow, nowMs: number): Readonly<Record<string, unknown>> {
  return {
    AutoRemove: row.autoRemove,
    Command: row.command,
    CreatedAt: formatAgo(row.createdAtMs, nowMs),
    CIDFile: parseContainerConfig(row.config).request.cidfile ?? '',
    Exited: row.status === 'exited',
    ExitedAt: seconds(row.finishedAtMs) ?? GO_ZERO_SECONDS,
    ExitCode: row.exitCode ?? 0,
    Id: row.id,
    Image: row.imageName,
    ImageID: row.imageId ?? '',
    IsInfra: false,
    Labels: Object.keys(row.labels).length > 0 ? row.labels : null,
    Mounts: mountsOf(row),
    Names: [row.name],
    Namespaces: {},
    Networks: [],
    Pid: row.pid ?? 0,
    Pod: '',
    PodName: '',
    Ports: null,
    Restarts: 0,
    Size: null,
    StartedAt: seconds(row.startedAtMs) ?? GO_ZERO_SECONDS,
    State: row.status,
    Status: statusText(row, nowMs),
    Created: seconds(row.createdAtMs) ?? 0,
  }
}

/** Go's zero time in seconds since 1970. */
const GO_ZERO_SECONDS = -62135596800

/** What a template for `ps` may name. Source: podman-ps(1), "--format". */
export function psFields(row: ContainerRow, options: ReportOptions): Readonly<Record<string, unknown>> {
  const { nowMs, noTruncate } = options
  const id = noTruncate ? row.id : shortId(row.id)
  const created = formatAgo(row.createdAtMs, nowMs)
  return {
    ID: id,
    AutoRemove: row.autoRemove,
    CIDFile: parseContainerConfig(row.config).request.cidfile ?? '',
    Command: noTruncate ? row.command.join(' ') : shortCommand(row.command),
    Created: created,
    CreatedAt: formatGoTime(row.createdAtMs),
    CreatedHuman: created,
    ExitCode: row.exitCode ?? 0,
    Exited: row.status === 'exited',
    ExitedAt: seconds(row.finishedAtMs) ?? GO_ZERO_SECONDS,
    ExposedPorts: '',
    Image: row.imageName,
    ImageID: row.imageId ?? '',
    IsInfra: false,
    Label: labelOf(row),
    Labels: Object.entries(row.labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
    Mounts: mountsOf(row).join(','),
    Names: row.name,
    Networks: '',
    Pid: row.pid ?? 0,
    Pod: '',
    PodName: '',
    Ports: '',
    Restarts: 0,
    RunningFor: created,
    Size: '',
    StartedAt: seconds(row.startedAtMs) ?? GO_ZERO_SECONDS,
    State: row.status,
    Status: statusText(row, nowMs),
  }
}

export const PS_FIELD_HEADINGS: Readonly<Record<string, string>> = {
  ID: 'CONTAINER ID',
  CIDFile: 'CIDFILE',
  CreatedAt: 'CREATED AT',
  CreatedHuman: 'CREATED',
  ExitCode: 'EXIT CODE',
  ImageID: 'IMAGE ID',
  PodName: 'PODNAME',
}

/** `{{.Label "name"}}` is a call. */
function labelOf(row: ContainerRow): (name: unknown) => string {
  return (name) => row.labels[String(name)] ?? ''
}

function mountsOf(row: ContainerRow): string[] {
  return parseContainerConfig(row.config).volumes.map(({ destination }) => destination)
}

function seconds(ms: number | null): number | undefined {
  return ms === null ? undefined : Math.trunc(ms / 1000)
}
