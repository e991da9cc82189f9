import type { ContainerRow } from '../../storage/state/container-row.ts'

/** Whether it has processes now. */
export function hasProcesses({ status }: Pick<ContainerRow, 'status'>): boolean {
  return status === 'running' || status === 'paused' || status === 'stopping'
}

/** What a list without `all` shows. Source: docker-ps(1): those that are paused or come back, too. */
export function isUp(row: Pick<ContainerRow, 'status'>): boolean {
  return hasProcesses(row) || row.status === 'restarting'
}
