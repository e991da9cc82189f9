import type { DiskUsage } from '../../engine/system/disk-usage.ts'
import { formatAgo, formatDuration } from '../../ui/text/durations.ts'
import { formatSize } from '../../ui/text/sizes.ts'
import { shortCommand, shortId } from '../../ui/text/truncate.ts'
import type { Style } from '../style/style.ts'
import { statusText } from './container-status.ts'
import { commandText, imageText } from './containers.ts'
import { imageEntries } from './images.ts'

/** podman's sizes here have a digit more than elsewhere. */
const DIGITS = 4

/** A line of `system df`, and what a template may name. Source: podman-system-df(1), "--format". */
export interface UsageRow {
  readonly Type: string
  readonly Total: number
  readonly Active: number
  readonly RawSize: number
  readonly RawReclaimable: number
  readonly TotalCount: number
  readonly Size: string
  readonly Reclaimable: string
}

/** What the database does not speak of has a row only where there is something. Pure. */
export function usageRows(usage: DiskUsage, style: Style): UsageRow[] {
  const { images, containers, volumes, unaccounted } = usage
  const running = containers.filter(({ container }) => container.status === 'running')
  const unused = volumes.filter(({ links }) => links === 0)
  // Source: docker/cli, formatter/disk_usage.go: no part of nothing
  const usageRow = (type: string, numbers: Numbers): UsageRow => {
    const row = rowOf(type, numbers)
    return style.engine === 'docker' && numbers.bytes === 0 ? { ...row, Reclaimable: row.Size } : row
  }
  const rows = [
    usageRow('Images', {
      total: images.length,
      active: images.filter(({ image }) => image.containers > 0).length,
      bytes: usage.imageBytes,
      reclaimable: usage.reclaimableImageBytes,
    }),
    usageRow('Containers', {
      total: containers.length,
      active: running.length,
      bytes: sizeOf(containers),
      reclaimable: sizeOf(containers) - sizeOf(running),
    }),
    usageRow('Local Volumes', {
      total: volumes.length,
      active: volumes.length - unused.length,
      bytes: sizeOf(volumes),
      reclaimable: sizeOf(unused),
    }),
  ]
  if (style.engine === 'docker') rows.push(usageRow('Build Cache', { total: 0, active: 0, bytes: 0, reclaimable: 0 }))
  if (unaccounted.length > 0) {
    const bytes = sizeOf(unaccounted)
    rows.push(usageRow('Unaccounted', { total: unaccounted.length, active: 0, bytes, reclaimable: bytes }))
  }
  return rows
}

interface Numbers {
  readonly total: number
  readonly active: number
  readonly bytes: number
  readonly reclaimable: number
}

function rowOf(type: string, numbers: Numbers): UsageRow {
  const { total, active, bytes, reclaimable } = numbers
  const percent = bytes === 0 ? 0 : Math.round((reclaimable / bytes) * 100)
  return {
    Type: type,
    Total: total,
    Active: active,
    RawSize: bytes,
    RawReclaimable: reclaimable,
    TotalCount: total,
    Size: formatSize(bytes, DIGITS),
    Reclaimable: `${formatSize(reclaimable, DIGITS)} (${percent}%)`,
  }
}

/** docker's values are strings. */
export function usageJson(row: UsageRow, style: Style): Readonly<Record<string, unknown>> {
  if (style.engine === 'podman') return { ...row }
  const { Active, Reclaimable, Size, TotalCount, Type } = row
  return { Active: String(Active), Reclaimable, Size, TotalCount: String(TotalCount), Type }
}

/** `system df -v`: a table each of images, containers, volumes, and of what is unaccounted for. */
export function verboseUsage(usage: DiskUsage, style: Style, nowMs: number): string[] {
  const isDocker = style.engine === 'docker'
  const size = (bytes: number): string => formatSize(bytes, DIGITS)
  const since = ({ createdAtMs }: { readonly createdAtMs: number }): string =>
    isDocker ? formatAgo(createdAtMs, nowMs) : formatDuration(nowMs - createdAtMs)
  const images = usage.images.flatMap(({ image, sizeBytes, sharedBytes }) =>
    imageEntries([image], style).map(({ repository, tag }) => [
      repository,
      tag,
      shortId(image.id),
      since(image),
      size(sizeBytes),
      size(sharedBytes),
      size(sizeBytes - sharedBytes),
      String(image.containers),
    ]),
  )
  const containers = usage.containers.map(({ container, sizeBytes, volumes }) => [
    shortId(container.id),
    isDocker ? imageText(container, { style }) : shortId(container.imageId ?? ''),
    isDocker ? commandText(container, { noTruncate: false, style }) : shortCommand(container.command),
    String(volumes),
    size(sizeBytes),
    since(container),
    isDocker ? statusText(container, { nowMs, health: '', engine: 'docker' }) : container.status,
    container.name,
  ])
  const volumes = usage.volumes.map(({ volume, links, sizeBytes }) => [volume.name, String(links), size(sizeBytes)])
  const unaccounted = usage.unaccounted.map(({ path, what, sizeBytes }) => [path, what, size(sizeBytes)])
  return [
    ...section('Images space usage:', [IMAGE_HEADINGS, ...images], style),
    '',
    ...section('Containers space usage:', [CONTAINER_HEADINGS, ...containers], style),
    '',
    ...section('Local Volumes space usage:', [['VOLUME NAME', 'LINKS', 'SIZE'], ...volumes], style),
    ...(unaccounted.length === 0
      ? []
      : ['', ...section('Not accounted for by the database:', [['PATH', 'WHAT', 'SIZE'], ...unaccounted], style)]),
  ]
}

const IMAGE_HEADINGS = [
  ...['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED'],
  ...['SIZE', 'SHARED SIZE', 'UNIQUE SIZE', 'CONTAINERS'],
]
const CONTAINER_HEADINGS = [
  ...['CONTAINER ID', 'IMAGE', 'COMMAND', 'LOCAL VOLUMES'],
  ...['SIZE', 'CREATED', 'STATUS', 'NAMES'],
]

function section(title: string, rows: readonly (readonly string[])[], style: Style): string[] {
  return [title, '', ...style.table(rows)]
}

function sizeOf(items: readonly { readonly sizeBytes: number }[]): number {
  return items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}
