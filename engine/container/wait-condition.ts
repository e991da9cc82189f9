import { TspodError } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'
import type { ContainerRow, ContainerStatus } from '../../storage/state/container-row.ts'

/** Podman's words, and Docker's `removed` and `not-running`. Sources: podman-wait(1); Docker Engine API, ContainerWait. */
const STATES: Readonly<Record<string, readonly ContainerStatus[]>> = {
  configured: ['created'],
  created: ['created', 'initialized'],
  exited: ['exited', 'created'],
  initialized: ['initialized'],
  'not-running': ['exited', 'created'],
  paused: ['paused'],
  restarting: ['restarting'],
  running: ['running'],
  stopped: ['exited', 'created'],
  stopping: [],
}
const HEALTH = ['healthy', 'unhealthy']
const REMOVED = ['removed', 'removing']
export const WAIT_CONDITIONS: readonly string[] = [...Object.keys(STATES), ...HEALTH, ...REMOVED]

/** One thing that may be waited for. */
export interface WaitCondition {
  readonly word: string
  readonly statuses: readonly ContainerStatus[]
  readonly health: string | undefined
  /** when the container has gone */
  readonly isRemoval: boolean
  /** it has been met when the container has ended, or the end comes before it */
  readonly isEnd: boolean
}

/** @throws {TspodError} E_BAD_CONDITION */
export function parseCondition(word: string): WaitCondition {
  const statuses = Object.hasOwn(STATES, word) ? STATES[word] : undefined
  const isHealth = HEALTH.includes(word)
  const isRemoval = REMOVED.includes(word)
  if (statuses || isHealth || isRemoval) {
    return {
      word,
      statuses: statuses ?? [],
      health: isHealth ? word : undefined,
      isRemoval,
      isEnd: isRemoval || (statuses?.includes('exited') ?? false),
    }
  }
  const meant = nearest(word, WAIT_CONDITIONS)
  throw new TspodError('E_BAD_CONDITION', `unknown condition "${word}" to wait for`, {
    hint: meant ? `did you mean ${meant}?` : `use one of ${WAIT_CONDITIONS.join(', ')}`,
  })
}

/** What is known beside the state of the container. */
export interface WaitFacts {
  /** called where a condition needs it */
  readonly health: () => string
  /** when the wait began */
  readonly sinceMs: number
}

/**
 * Whether the container as it is now is what is waited for. Pure.
 *
 * @param row undefined where it has gone
 */
export function isMet(
  { word, statuses, health: wanted, isRemoval }: WaitCondition,
  row: Pick<ContainerRow, 'status' | 'stoppedByUser' | 'finishedAtMs'> | undefined,
  { health, sinceMs }: WaitFacts,
): boolean {
  if (!row) return isRemoval
  if (word === 'stopping') return isStopping(row, sinceMs)
  if (wanted !== undefined) return row.status === 'running' && health() === wanted
  return statuses.includes(row.status)
}

/** Whoever stops one notes that before the first signal. One that has ended of it since we wait was stopping meanwhile. */
function isStopping(
  { status, stoppedByUser, finishedAtMs }: Pick<ContainerRow, 'status' | 'stoppedByUser' | 'finishedAtMs'>,
  sinceMs: number,
): boolean {
  if (!stoppedByUser) return false
  return status === 'running' || status === 'paused' || (status === 'exited' && (finishedAtMs ?? 0) >= sinceMs)
}
