import { setTimeout as sleep } from 'node:timers/promises'
import { RegistryFailure } from './errors.ts'

export interface RetryPolicy {
  /** attempts in all */
  readonly tries: number
  /** before the second attempt; doubled for each one after */
  readonly firstDelayMs: number
  readonly maxDelayMs: number
  /** a registry that asks for a longer pause than this is not waited for */
  readonly maxRetryAfterMs: number
}

/** Three attempts, as podman-pull(1) `--retry`. */
export const DEFAULT_RETRY: RetryPolicy = { tries: 3, firstDelayMs: 500, maxDelayMs: 10_000, maxRetryAfterMs: 60_000 }

export interface RetryOptions {
  readonly policy: RetryPolicy
  readonly onNotice: (message: string) => void
  readonly signal?: AbortSignal | undefined
}

/** Carries out `attempt` until it works, fails for good, or has failed as often as the policy allows. */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof RegistryFailure)) throw error
      const delayMs = pauseAfter(error, failures, options.policy)
      if (delayMs === undefined) throw error
      await pause(error, delayMs, options)
    }
  }
}

/** How long to wait before another attempt; `undefined` when there is to be none. */
export function pauseAfter(failure: RegistryFailure, failures: number, policy: RetryPolicy): number | undefined {
  if (!failure.retryable || failures >= policy.tries) return undefined
  const { retryAfterMs } = failure
  if (retryAfterMs !== undefined) return retryAfterMs <= policy.maxRetryAfterMs ? retryAfterMs : undefined
  return Math.min(policy.firstDelayMs * 2 ** (failures - 1), policy.maxDelayMs)
}

/** Says why, then waits. */
export async function pause(
  failure: RegistryFailure,
  delayMs: number,
  options: Omit<RetryOptions, 'policy'>,
): Promise<void> {
  const delay = delayMs < 1000 ? '' : ` in ${Math.ceil(delayMs / 1000)} s`
  options.onNotice(`${failure.message}; trying again${delay}`)
  await sleep(delayMs, undefined, options.signal ? { signal: options.signal } : {})
}

/**
 * Milliseconds to wait by a Retry-After header: seconds, or a date.
 * `undefined` where it is absent or neither. Source: RFC 9110, section 10.2.3.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  if (/^[0-9]{1,9}$/.test(header)) return Number(header) * 1000
  const date = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(date - nowMs, 0)
}
