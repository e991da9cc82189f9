import { ownCommand } from '../../engine/container/command.ts'
import { type ContainerConfig, type PublishedPort, parseContainerConfig } from '../../engine/container/config.ts'
import type { ContainerRow } from '../../engine/container/list.ts'
import type { ContainerNamespaces } from '../../engine/container/namespaces.ts'
import type { ContainerSize } from '../../engine/container/size.ts'
import { formatAgo } from '../../ui/text/durations.ts'
import { formatSize } from '../../ui/text/sizes.ts'
import { shortCommand, shortId } from '../../ui/text/truncate.ts'
import type { Style } from '../style/style.ts'
import { statusText } from './container-status.ts'
import { portsText } from './ports.ts'

/** A container and what was asked of it besides. */
export interface ShownContainer {
  readonly row: ContainerRow
  readonly health: string
  readonly size?: ContainerSize
  readonly namespaces?: ContainerNamespaces
  /** the name of its pod */
  readonly podName?: string
  /** those of its pod, where it is in one */
  readonly ports?: readonly PublishedPort[]
  /** networks with names that it is in */
  readonly networks?: readonly string[]
}

export interface ReportOptions {
  readonly nowMs: number
  /** whole ids and commands */
  readonly noTruncate: boolean
  readonly style: Style
}

export interface Columns {
  readonly pod: boolean
  readonly size: boolean
}

export function psHeadings({ pod, size }: Columns): string[] {
  return [
    ...['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'],
    ...(pod ? ['POD ID', 'PODNAME'] : []),
    ...(size ? ['SIZE'] : []),
  ]
}

/** A line of ps, cell by cell under `psHeadings`. */
export function psCells(shown: ShownContainer, options: ReportOptions, columns: Columns): string[] {
  const { row, health, size } = shown
  const { nowMs, noTruncate, style } = options
  return [
    noTruncate ? row.id : shortId(row.id),
    imageText(row, options),
    commandText(row, options),
    formatAgo(row.createdAtMs, nowMs),
    statusText(row, { nowMs, health, engine: style.engine }),
    portsText(portsOf(shown)),
    row.name,
    ...(columns.pod ? [podId(row, noTruncate), shown.podName ?? ''] : []),
    ...(columns.size ? [sizeText(size)] : []),
  ]
}

/** What leads into it, and what it is only said to have. */
export function portsOf({ row, ports }: ShownContainer): Pick<ContainerConfig, 'ports' | 'exposed'> {
  const config = parseContainerConfig(row.config)
  return ports ? { ...config, ports } : config
}

/** '' where it is in none. */
export function podId({ podId: id }: Pick<ContainerRow, 'podId'>, noTruncate: boolean): string {
  return id === null || noTruncate ? (id ?? '') : shortId(id)
}

export const NS_HEADINGS = [
  ...['CONTAINER ID', 'NAMES', 'PID', 'CGROUPNS', 'IPC', 'MNT', 'NET', 'PIDNS', 'USERNS', 'UTS'],
] as const

/** A line of `ps --ns`. */
export function nsCells({ row, namespaces }: ShownContainer, { noTruncate }: ReportOptions): string[] {
  const { cgroup = '', ipc = '', mnt = '', net = '', pid = '', user = '', uts = '' } = namespaces ?? {}
  return [noTruncate ? row.id : shortId(row.id), row.name, `${row.pid ?? 0}`, cgroup, ipc, mnt, net, pid, user, uts]
}

export function imageText({ imageName, config }: ContainerRow, { style }: Pick<ReportOptions, 'style'>): string {
  if (style.engine === 'podman') return style.imageName(imageName)
  // docker shows it as it was typed. Source: docker/cli, ContainerContext.Image
  return imageName === '' ? '<no image>' : parseContainerConfig(config).request.image
}

/** docker's begins with the entry point, and stands in quotes. */
export function commandText(
  row: Pick<ContainerRow, 'command' | 'config'>,
  { noTruncate, style }: Omit<ReportOptions, 'nowMs'>,
): string {
  if (style.engine === 'podman') {
    const command = ownCommand(row.command, parseContainerConfig(row.config))
    return noTruncate ? command.join(' ') : shortCommand(command)
  }
  // Source: moby, daemon/container view: arguments with a space stand in quotes, which are not escaped
  const text = row.command.map((word, index) => (index > 0 && word.includes(' ') ? `'${word}'` : word)).join(' ')
  return style.quoted(noTruncate ? text : style.ellipsis(text, 20))
}

/** `56B (virtual 1.98MB)`. */
export function sizeText(size: ContainerSize | undefined): string {
  return size ? `${formatSize(size.rwBytes)} (virtual ${formatSize(size.rootFsBytes)})` : ''
}
