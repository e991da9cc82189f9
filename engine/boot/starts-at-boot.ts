import type { ContainerRow } from '../../storage/state/container-row.ts'
import { parseContainerConfig } from '../container/config.ts'

/**
 * Whether a container is to be started when the machine starts. Pure.
 *
 * `always` comes back whoever stopped it, but not if nobody ever started it; `unless-stopped` not if
 * a command stopped it; `on-failure` if the reboot cut it off, or the wait for its next attempt.
 * Source: podman-run(1) and docker-run(1), "--restart".
 *
 * @param how `wasCutOff`: it ran until the machine, or the unit, was stopped
 */
export function startsAtBoot(
  row: Pick<ContainerRow, 'config' | 'startedAtMs' | 'stoppedByUser' | 'exitCode' | 'restartCount'>,
  { wasCutOff }: { readonly wasCutOff: boolean },
): boolean {
  const { restart } = parseContainerConfig(row.config)
  if (row.startedAtMs === null || restart === undefined) return false
  switch (restart.name) {
    case 'no':
      return false
    case 'always':
      return true
    case 'unless-stopped':
      return wasCutOff || !row.stoppedByUser
    case 'on-failure': {
      const { maximumRetryCount } = restart
      const isOwed = (row.exitCode ?? 0) !== 0 && (maximumRetryCount === 0 || row.restartCount < maximumRetryCount)
      return wasCutOff || (isOwed && !row.stoppedByUser)
    }
  }
}
