import type { ContainerRow } from '../../engine/container/list.ts'
import { formatAgo, formatDuration } from '../../ui/text/durations.ts'
import type { Style } from '../style/style.ts'

export interface StatusOptions {
  readonly nowMs: number
  readonly engine: Style['engine']
  /** `healthy` and the like; '' where nobody checks */
  readonly health: string
}

/** `Up 5 minutes (healthy)`, `Exited (137) 2 hours ago`, `Created`. Source: podman's and docker's ps. */
export function statusText(row: ContainerRow, options: StatusOptions): string {
  const { nowMs } = options
  const ago = (): string => formatAgo(row.finishedAtMs ?? row.createdAtMs, nowMs)
  switch (row.status) {
    case 'running':
      return `${upText(row, nowMs)}${healthText(options)}`
    case 'stopping':
      return options.engine === 'docker' ? upText(row, nowMs) : 'Stopping'
    case 'paused':
      return options.engine === 'docker' ? `${upText(row, nowMs)} (Paused)` : 'Paused'
    case 'exited':
      return `Exited (${row.exitCode ?? 0}) ${ago()}`
    case 'restarting':
      return `Restarting (${row.exitCode ?? 0}) ${ago()}`
    case 'created':
      return 'Created'
    case 'initialized':
      return options.engine === 'docker' ? 'Created' : 'Initialized'
  }
}

function upText(row: ContainerRow, nowMs: number): string {
  return `Up ${formatDuration(Math.max(0, nowMs - (row.startedAtMs ?? nowMs)))}`
}

function healthText({ health, engine }: StatusOptions): string {
  if (health === '') return ''
  return engine === 'docker' && health === 'starting' ? ' (health: starting)' : ` (${health})`
}

/** docker has no word for some. Source: Docker Engine API, ContainerState. */
export function stateText({ status }: ContainerRow, engine: Style['engine']): string {
  if (engine === 'podman') return status
  return status === 'stopping' ? 'running' : status === 'initialized' ? 'created' : status
}
