import type { PodRow } from '../../storage/state/pods.ts'

/** What came of something that was done to a pod, container by container. */
export interface PodOutcome {
  readonly pod: PodRow
  /** why it could not be done to some of them */
  readonly failures: readonly unknown[]
}

export function outcomeOf(pod: PodRow, results: readonly PromiseSettledResult<unknown>[]): PodOutcome {
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  return { pod, failures }
}
