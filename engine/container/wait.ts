import { setTimeout as sleep } from 'node:timers/promises'
import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { waitForExit } from '../monitor/client.ts'
import { hasProcesses } from './is-up.ts'
import { observe } from './reconcile.ts'
import { isMet, parseCondition, type WaitCondition } from './wait-condition.ts'

/** Source: podman-wait(1), "--interval". */
const INTERVAL_MS = 250

export interface WaitOptions {
  /** any of them is enough; `stopped` where there are none */
  readonly conditions?: readonly string[]
  /** between two looks at what nothing announces; the end of a container is announced */
  readonly intervalMs?: number
  readonly signal?: AbortSignal
}

/** What is said where the container has not ended, or is unknown. Source: podman-wait(1). */
const NO_EXIT_CODE = -1

/**
 * Waits until a container is in one of the states asked for. Resolves with its exit status where
 * it has ended, else with -1; at once where it is so already. A container that was never started
 * counts as ended, with 0, as with docker and podman.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_BAD_CONDITION
 * @throws {TspodError} E_EXIT_STATUS_UNKNOWN: it was removed before its status could be read
 * @see podman-wait(1)
 */
async function waitForContainer(engine: Engine, ref: string, options: WaitOptions = {}): Promise<number> {
  const conditions = conditionsOf(options)
  const { id } = engine.storage.containers.resolve(ref)
  const endsOnly = conditions.every(({ isEnd }) => isEnd)
  const wantsStop = conditions.some(({ isEnd, isRemoval }) => isEnd && !isRemoval)
  const facts = { health: await healthOf(engine, id, conditions), sinceMs: Date.now() }
  let lastExit: number | undefined
  for (;;) {
    options.signal?.throwIfAborted()
    const row = engine.storage.containers.find(id)
    const now = row && observe(engine, row)
    const met = conditions.find((condition) => isMet(condition, now, facts))
    if (met) return met.isEnd ? (now ? (now.exitCode ?? 0) : (lastExit ?? NO_EXIT_CODE)) : NO_EXIT_CODE
    if (!now) throw goneTooSoon(ref, conditions)
    if (now.status === 'exited' && conditions.every(({ health: wanted }) => wanted !== undefined)) {
      throw new TspodError('E_CONTAINER_NOT_RUNNING', `container ${ref} has ended, so it has no health to wait for`)
    }
    if (now.status === 'exited') lastExit = now.exitCode ?? 0
    if (endsOnly && hasProcesses(now)) {
      const record = await waitForExit(engine.runDir(id))
      if (record?.state !== 'exited') continue
      if (wantsStop) return record.exitCode
      lastExit = record.exitCode
    }
    await sleep(options.intervalMs ?? INTERVAL_MS, undefined, options.signal ? { signal: options.signal } : {})
  }
}

/**
 * As `waitForContainer`, of several at the same time, in their order; with `firstMatch` only of the
 * one that is first.
 *
 * @throws {TspodError} E_BAD_CONDITION
 */
export async function waitForContainers(
  engine: Engine,
  refs: readonly string[],
  options: WaitOptions & { readonly firstMatch?: boolean; readonly ignoreMissing?: boolean },
): Promise<PromiseSettledResult<number>[]> {
  conditionsOf(options)
  const { firstMatch, ignoreMissing, ...each } = options
  const rest = new AbortController()
  const waits = refs.map(async (ref) => {
    if (ignoreMissing && !engine.storage.containers.find(ref)) return NO_EXIT_CODE
    return await waitForContainer(engine, ref, firstMatch ? { ...each, signal: rest.signal } : each)
  })
  if (!firstMatch) return await Promise.allSettled(waits)
  try {
    return await Promise.allSettled([Promise.race(waits)])
  } finally {
    for (const wait of waits) wait.catch(() => {}) // nobody asks any more
    rest.abort()
  }
}

function conditionsOf({ conditions = [] }: WaitOptions): WaitCondition[] {
  return (conditions.length > 0 ? conditions : ['stopped']).map(parseCondition)
}

/** Its module is loaded where somebody asks for health. */
async function healthOf(engine: Engine, id: string, conditions: readonly WaitCondition[]): Promise<() => string> {
  if (!conditions.some(({ health }) => health !== undefined)) return () => ''
  const { readHealthStatus } = await import('../health/read-health.ts')
  return () => readHealthStatus(engine.runDir(id)).status
}

function goneTooSoon(ref: string, conditions: readonly WaitCondition[]): TspodError {
  return conditions.some(({ isEnd }) => isEnd)
    ? new TspodError('E_EXIT_STATUS_UNKNOWN', `container ${ref} has ended and was removed before its status was read`)
    : new TspodError('E_CONTAINER_NOT_FOUND', `container ${ref} was removed while it was waited for`)
}
