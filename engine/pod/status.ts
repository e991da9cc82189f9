import type { ContainerStatus } from '../../storage/state/container-row.ts'

export const POD_STATUSES = ['Created', 'Running', 'Degraded', 'Paused', 'Exited', 'Stopped', 'Error'] as const
export type PodStatus = (typeof POD_STATUSES)[number]

/**
 * What a pod is in, from what all of its containers are in, its holder among them. One that waits for its next
 * start is in none of the states that podman knows. Pure.
 *
 * @see podman-pod-ps(1), "--filter", status
 */
export function podStatus(statuses: readonly ContainerStatus[]): PodStatus {
  const count = (...wanted: ContainerStatus[]): number => statuses.filter((status) => wanted.includes(status)).length
  const all = statuses.length
  const running = count('running', 'stopping')
  const exited = count('exited')
  if (all === 0) return 'Created'
  if (running === all) return 'Running'
  if (running > 0) return 'Degraded'
  if (count('paused') === all) return 'Paused'
  if (exited === all) return 'Exited'
  if (exited > 0) return 'Stopped'
  return count('created', 'initialized') === all ? 'Created' : 'Error'
}
