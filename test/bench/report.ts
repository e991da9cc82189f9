import { type Summary, summarize } from './statistics.ts'

export const ENGINES = ['tspod', 'podman'] as const
export type EngineName = (typeof ENGINES)[number]

/** What one engine did in one case: figures of all rounds, or why there are none. */
export type Outcome = { readonly samples: readonly number[] } | { readonly error: string }

export interface CaseReport {
  readonly name: string
  readonly title: string
  readonly unit: 'ms' | 'KiB'
  /** what tspod's median may be of podman's at most */
  readonly target?: number
  /** what tspod's median may be at most, in the case's unit */
  readonly most?: number
  readonly outcomes: Partial<Record<EngineName, Outcome>>
}

export interface Report {
  readonly date: string
  readonly machine: string
  readonly cases: readonly CaseReport[]
}

export interface Verdict {
  readonly summaries: Partial<Record<EngineName, Summary>>
  readonly ratio?: number
  readonly met?: boolean
}

/** Medians and their ratio; there is a ratio only where both engines did it. */
export function judge(report: CaseReport): Verdict {
  const summaries: Partial<Record<EngineName, Summary>> = {}
  for (const engine of ENGINES) {
    const outcome = report.outcomes[engine]
    if (outcome && 'samples' in outcome) summaries[engine] = summarize(outcome.samples)
  }
  if (!summaries.tspod || !summaries.podman) return { summaries }
  const ratio = summaries.tspod.median / summaries.podman.median
  if (report.most !== undefined) return { summaries, ratio, met: summaries.tspod.median <= report.most }
  return { summaries, ratio, ...(report.target === undefined ? {} : { met: ratio <= report.target }) }
}
