import type { RestartPolicy } from './config.ts'

/** Source: moby, container/restartmanager: the first pause, doubled each time, up to a minute. */
const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 60_000
/** Who ran that long begins anew. */
const STEADY_MS = 10_000

export interface Ended {
  readonly exitCode: number
  readonly ranMs: number
  readonly stoppedByUser: boolean
  readonly restartCount: number
  /** before its last start; undefined where that was not a restart */
  readonly lastDelayMs: number | undefined
}

/**
 * After how many milliseconds a container that has ended is started again; undefined where it is not. Pure.
 *
 * @see podman-run(1), "--restart"; docker-run(1)
 */
export function restartAfter(policy: RestartPolicy | undefined, ended: Ended): number | undefined {
  if (ended.stoppedByUser || !wants(policy, ended)) return undefined
  if (ended.ranMs >= STEADY_MS || ended.lastDelayMs === undefined) return FIRST_DELAY_MS
  return Math.min(LONGEST_DELAY_MS, Math.max(FIRST_DELAY_MS, 2 * ended.lastDelayMs))
}

function wants(policy: RestartPolicy | undefined, { exitCode, restartCount }: Ended): boolean {
  switch (policy?.name) {
    case 'always':
    case 'unless-stopped':
      return true
    case 'on-failure':
      return exitCode !== 0 && (policy.maximumRetryCount === 0 || restartCount < policy.maximumRetryCount)
    default:
      return false
  }
}
