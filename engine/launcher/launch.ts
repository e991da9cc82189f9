import { setTimeout as sleep } from 'node:timers/promises'
import { getSystemErrorMap } from 'node:util'
import { EXIT, TspodError } from '../../base/errors.ts'
import { tcgetattr, tcsetattr } from '../../base/libc.ts'
import { isTerminal } from '../../base/terminal.ts'
import { encodePlan } from '../plan/encode.ts'
import { explainFailure } from '../plan/explain.ts'
import type { Step } from '../plan/step.ts'
import { type Control, type ControlOptions, readyLauncher, startLauncher } from './control.ts'
import { withLastWords } from './last-words.ts'

/** A launcher that failed kills its children, and what is killed is gone at once, but for a process that waits for a disk. */
const END_MS = 5000

export interface LaunchOptions extends ControlOptions {
  /** gives the descriptor of a launcher that waits for a plan, once */
  readonly takeLauncher: () => number | undefined
  /** the monitor makes the caller's terminal raw, and we put it back where the monitor cannot */
  readonly rawTerminal?: boolean
}

/** A container, or a process more in one, that has been started. */
export interface Launched {
  readonly pid: number
  /** clock ticks since boot; with the pid it names the process for good */
  readonly startTime: string
  readonly startedAtMs: number
  /**
   * Resolves when the monitor has recorded the end; from then on tidying up is ours. With nothing when
   * the user has typed the keys that detach. Asked once.
   * @throws {TspodError} E_MONITOR_LOST
   */
  exited(): Promise<ContainerExit | undefined>
  signal(number: number): void
  /** the caller's terminal has a new size */
  resize(): void
  /** leaves the container to its monitor */
  leave(): void
}

export interface ContainerExit {
  readonly exitCode: number
  readonly finishedAtMs: number
  /** the error number by which not all that it printed could be written, or 0 */
  readonly lostErrno: number
  /** resolves when the monitor has given back what it held: mounts, files */
  gone(): Promise<void>
}

/**
 * Has the launcher carry out a plan; resolves once the program has been executed.
 *
 * @throws {TspodError} E_LAUNCH_FAILED: a step failed; its words are the plan's
 */
export async function launch(plan: readonly Step[], options: LaunchOptions): Promise<Launched> {
  const restoreTerminal = options.rawTerminal ? rememberTerminal() : () => {}
  const ready = options.preservedDescriptors ? undefined : options.takeLauncher()
  const control = ready === undefined ? await startLauncher(options) : readyLauncher(ready)
  control.write(encodePlan(plan))
  return await started(control, plan, restoreTerminal)
}

/** What a launcher or a monitor says of a start, in words and as something to go on with. */
export async function started(
  control: Control,
  plan: readonly Step[],
  restoreTerminal: () => void = () => {},
): Promise<Launched> {
  const [word, ...numbers] = (await control.next())?.split(' ') ?? []
  if (word === 'failed') {
    await Promise.race([control.next(), sleep(END_MS, undefined, { ref: false })]) // it ends what it has started
    control.leave()
    const [index, errno] = numbers.map(Number)
    throw withLastWords(explainFailure(plan, index ?? -1, errno ?? 0), plan.slice(0, (index ?? -1) + 1))
  }
  if (word !== 'started' && word !== 'initialized') {
    restoreTerminal()
    throw new TspodError('E_LAUNCH_FAILED', 'the launcher was killed while it set up the container')
  }
  const [pid = '', startTime = '', startedAt = ''] = numbers
  return {
    pid: Number(pid),
    startTime,
    startedAtMs: Number(startedAt),
    ...attached(control, restoreTerminal),
  }
}

/** What can be done with a container whose monitor has our streams. */
export function attached(
  control: Control,
  restoreTerminal: () => void,
): Pick<Launched, 'exited' | 'signal' | 'resize' | 'leave'> {
  return {
    exited: () => readExit(control, restoreTerminal),
    signal: (number) => control.write(`signal ${number}\n`),
    resize: () => control.write('winch\n'),
    leave: () => control.leave(),
  }
}

async function readExit(control: Control, restoreTerminal: () => void): Promise<ContainerExit | undefined> {
  const [word, exitCode, , finishedAt, lostErrno] = (await control.next())?.split(' ') ?? []
  if (word === 'detached') return undefined
  if (word !== 'exited') {
    restoreTerminal()
    throw new TspodError('E_MONITOR_LOST', 'the monitor of the container was killed, and the container with it', {
      exitCode: 137,
    })
  }
  control.write('bye\n')
  return {
    exitCode: Number(exitCode),
    finishedAtMs: Number(finishedAt),
    lostErrno: Number(lostErrno ?? 0),
    gone: async () => {
      await control.next()
    },
  }
}

/**
 * What a container printed must not be missing from a file without a word, least of all with a status of 0.
 *
 * @throws {TspodError} E_OUTPUT, with the container's own status where that is a failure
 */
export function requireAllPrinted({ exitCode, lostErrno }: Pick<ContainerExit, 'exitCode' | 'lostErrno'>): void {
  if (lostErrno === 0) return
  const why = getSystemErrorMap().get(-lostErrno)?.[1] ?? `error ${lostErrno}`
  throw new TspodError('E_OUTPUT', `could not write all that was printed: ${why}`, {
    exitCode: exitCode || EXIT.engine,
  })
}

/** Remembers the settings of the caller's terminal; the function puts them back. */
export function rememberTerminal(): () => void {
  if (!isTerminal(0)) return () => {}
  const settings = tcgetattr(0)
  return () => tcsetattr(0, settings)
}
