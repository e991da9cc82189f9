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
  readonly startup?: StartupWatch
}

/** What is checked first, until it has succeeded often enough; 0 retries is no end to its failures. */
export interface StartupWatch extends Pick<HealthWatch, 'planFile' | 'intervalMs' | 'timeoutMs' | 'retries'> {
  readonly successes: number
}

type Described = Omit<HealthWatch, 'outputBytes' | 'startup'>

export function watchSteps({ deadlineMs, owner, health }: Watch): Step[] {
  return [
    ...(deadlineMs ? [step('set its deadline', 'deadline', deadlineMs)] : []),
    ...(owner
      ? [step(`watch the process ${owner.pid} that it is bound to`, 'owner', `${owner.pid}`, owner.startTime)]
      : []),
    ...(health ? healthSteps(health) : []),
  ]
}

/** What the monitor starts when something that it watches has ended while the container runs. */
export function lookSteps(argv: readonly string[]): Step[] {
  return [...argv.map((arg) => step('say who looks after it', 'arg', arg)), step('say who looks after it', 'look')]
}

/** Those at the start are described first, as any others, and then said to be that. */
function healthSteps({ startup, ...health }: HealthWatch): Step[] {
  const describe = ({ planFile, intervalMs, timeoutMs, retries, startPeriodMs, startIntervalMs }: Described): Step =>
    step(
      'prepare the health checks',
      'health',
      planFile,
      intervalMs,
      timeoutMs,
      retries,
      health.outputBytes,
      startPeriodMs,
      startIntervalMs,
    )
  const first = (checks: StartupWatch): Step[] => [
    describe({ ...checks, startPeriodMs: 0, startIntervalMs: 0 }),
    step('prepare the first health checks', 'health-startup', Math.max(1, checks.successes)),
  ]
  return [...(startup ? first(startup) : []), describe(health)]
}
