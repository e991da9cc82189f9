import type { ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { isatty } from 'node:tty'
import { startChild } from '../../base/child.ts'
import { TspodError } from '../../base/errors.ts'
import { tcgetattr, tcsetattr } from '../../base/libc.ts'
import { encodePlan } from '../plan/encode.ts'
import { explainFailure } from '../plan/explain.ts'
import type { Step } from '../plan/step.ts'

/** A launcher that failed kills its children, and what is killed is gone at once, but for a process that waits for a disk. */
const END_MS = 5000

export interface LaunchOptions {
  /** absolute path of the launcher */
  readonly launcher: string
  /** the caller's stdin, stdout and stderr go to the monitor */
  readonly foreground: boolean
  /** what the monitor becomes when the container is gone and we are too */
  readonly cleanupArgv: readonly string[]
  /** the monitor makes the caller's terminal raw, and we put it back where the monitor cannot */
  readonly rawTerminal?: boolean
  /** called once the launcher has its plan: for what can be done beside it */
  readonly meanwhile?: () => void
}

/** A container, or a process more in one, that has been started. */
export interface Launched {
  readonly pid: number
  /** clock ticks since boot; with the pid it names the process for good */
  readonly startTime: string
  readonly startedAtMs: number
  /** settles when the monitor has recorded the end; from then on tidying up is ours */
  readonly exited: Promise<{ readonly exitCode: number; readonly finishedAtMs: number }>
  /** settles when the monitor has gone, and what it held is free */
  readonly gone: Promise<void>
  signal(number: number): void
  /** the caller's terminal has a new size */
  resize(): void
  /** leaves the container to its monitor */
  leave(): void
}

/**
 * Has the launcher carry out a plan; resolves once the program has been executed.
 *
 * The monitor gets a session of its own, so that keys on the caller's terminal reach the
 * container once, through us, and it may use that terminal whoever is in its foreground.
 *
 * @throws {TspodError} E_LAUNCH_FAILED: a step failed; its words are the plan's
 */
export async function launch(plan: readonly Step[], options: LaunchOptions): Promise<Launched> {
  const stdio = options.foreground ? 'inherit' : 'ignore'
  const restoreTerminal = options.rawTerminal ? rememberTerminal() : () => {}
  const child = startChild(options.launcher, ['run', ...options.cleanupArgv], {
    stdio: [stdio, stdio, stdio, 'pipe'],
    detached: true,
  })
  const control = await controlOf(child, options.launcher)
  const lines = new LineReader(control)
  control.write(encodePlan(plan))
  options.meanwhile?.()
  const [word, ...numbers] = (await lines.next())?.split(' ') ?? []
  if (word === 'failed') {
    await Promise.race([lines.next(), sleep(END_MS, undefined, { ref: false })]) // it ends what it has started
    control.destroy()
    throw explainFailure(plan, Number(numbers[0]), Number(numbers[1]))
  }
  if (word !== 'started') {
    restoreTerminal()
    throw new TspodError('E_LAUNCH_FAILED', 'the launcher was killed while it set up the container')
  }
  const [pid = '', startTime = '', startedAt = ''] = numbers
  return {
    pid: Number(pid),
    startTime,
    startedAtMs: Number(startedAt),
    exited: readExit(lines, control, restoreTerminal),
    gone: lines.ended,
    signal: (number) => control.write(`signal ${number}\n`),
    resize: () => control.write('winch\n'),
    leave: () => {
      control.destroy()
      child.unref()
    },
  }
}

async function controlOf(child: ChildProcess, launcher: string): Promise<Duplex> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) =>
      reject(new TspodError('E_LAUNCH_FAILED', `could not start ${launcher}: ${error.message}`, { cause: error })),
    )
  })
  const control = child.stdio[3] as Duplex | null | undefined
  if (!control) throw new Error('the launcher was started without its socket')
  control.on('error', () => {}) // a monitor that died shows as the end of what it says
  return control
}

async function readExit(
  lines: LineReader,
  control: Duplex,
  restoreTerminal: () => void,
): Promise<{ exitCode: number; finishedAtMs: number }> {
  const [word, exitCode, , finishedAt] = (await lines.next())?.split(' ') ?? []
  if (word !== 'exited') {
    restoreTerminal()
    throw new TspodError('E_MONITOR_LOST', 'the monitor of the container was killed, and the container with it', {
      exitCode: 137,
    })
  }
  control.write('bye\n')
  return { exitCode: Number(exitCode), finishedAtMs: Number(finishedAt) }
}

/** Remembers the settings of the caller's terminal; the function puts them back. */
function rememberTerminal(): () => void {
  if (!isatty(0)) return () => {}
  const settings = tcgetattr(0)
  return () => tcsetattr(0, settings)
}

/** Lines of a stream, one at a time; undefined at its end. */
class LineReader {
  readonly #ready: string[] = []
  readonly #waiting: ((line: string | undefined) => void)[] = []
  #rest = ''
  #ended = false
  readonly ended: Promise<void>

  constructor(stream: Duplex) {
    this.ended = new Promise((resolve) => stream.once('close', resolve))
    stream.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString('latin1')).split('\n')
      this.#rest = lines.pop() ?? ''
      for (const line of lines) this.#give(line)
    })
    stream.once('close', () => {
      this.#ended = true
      for (const waiter of this.#waiting.splice(0)) waiter(undefined)
    })
  }

  next(): Promise<string | undefined> {
    const line = this.#ready.shift()
    if (line !== undefined || this.#ended) return Promise.resolve(line)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #give(line: string): void {
    const waiter = this.#waiting.shift()
    if (waiter) waiter(line)
    else this.#ready.push(line)
  }
}
