import { type Step, step } from './step.ts'

/** What the monitor does for a container while it runs, beside carrying its streams. Times in milliseconds. */
export interface Watch {
  /** the container is killed when it has run so long */
  readonly deadlineMs?: number
  /** the container is killed when this process has ended */
  readonly owner?: { readonly pid: number; readonly startTime: string }
  readonly health?: HealthWatch
}

export interface HealthWatch {
  /** holds an encoded plan of an exec in the container */
  readonly planFile: string
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly startPeriodMs: number
  readonly startIntervalMs: number
  readonly retries: number
  /** how much of a check's output is kept */
  readonly outputBytes: number
}

export function watchSteps({ deadlineMs, owner, health }: Watch): Step[] {
  return [
    ...(deadlineMs ? [step('set its deadline', 'deadline', deadlineMs)] : []),
    ...(owner
      ? [step(`watch the process ${owner.pid} that it is bound to`, 'owner', `${owner.pid}`, owner.startTime)]
      : []),
    ...(health
      ? [
          step(
            'prepare the health checks',
            'health',
            health.planFile,
            health.intervalMs,
            health.timeoutMs,
            health.retries,
            health.outputBytes,
          ),
          step('prepare the first health checks', 'health-start', health.startPeriodMs, health.startIntervalMs),
        ]
      : []),
  ]
}
