import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startChild } from '../../base/child.ts'

export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
export const TSPOD = `${CHECKOUT}bin/tspod`
/** What is built of machine code. */
export const PARTS = `${CHECKOUT}dist/${process.arch}`

export interface Result {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string | Buffer
  readonly env?: Record<string, string>
  readonly cwd?: string
  /** pipes beside stdin, stdout and stderr, which the command inherits and does not know of */
  readonly extraPipes?: number
}

/** The built command over a root of its own. */
export interface Tspod {
  (...args: string[]): Promise<Result>
  /** with input, environment or directory */
  with(options: RunOptions, ...args: string[]): Promise<Result>
  /** a running command; the caller waits for it or ends it */
  spawn(args: readonly string[], options?: RunOptions): ChildProcess
  /** starts a detached container */
  start(...args: string[]): Promise<RunningContainer>
  readonly root: string
  readonly runroot: string
}

export interface RunningContainer extends AsyncDisposable {
  readonly id: string
  exec(...argv: string[]): Promise<Result>
}

export function tspodOver(directory: string, env: Record<string, string>): Tspod {
  const root = `${directory}/root`
  const runroot = `${directory}/run`
  const spawn: Tspod['spawn'] = (args, options = {}) =>
    startChild(TSPOD, ['--root', root, '--runroot', runroot, ...args], {
      stdio: Array.from({ length: 3 + (options.extraPipes ?? 0) }, () => 'pipe' as const),
      env: { ...process.env, ...env, ...options.env },
      cwd: options.cwd ?? directory,
    })
  const withOptions: Tspod['with'] = async (options, ...args) => {
    const child = spawn(args, options)
    child.stdin?.on('error', () => {}) // a command that does not read its input
    child.stdin?.end(options.input ?? '')
    return await resultOf(child)
  }
  const run = (...args: string[]): Promise<Result> => withOptions({}, ...args)
  return Object.assign(run, {
    with: withOptions,
    spawn,
    root,
    runroot,
    async start(...args: string[]): Promise<RunningContainer> {
      const started = await run('run', '-d', ...args)
      if (started.exitCode !== 0) throw new Error(`run -d ${args.join(' ')} failed: ${started.stderr}`)
      const id = started.stdout.trim()
      return {
        id,
        exec: (...argv) => run('exec', id, ...argv),
        async [Symbol.asyncDispose]() {
          await run('rm', '-f', '-t', '0', id)
        },
      }
    },
  })
}

/** The end of a child and all it wrote; 128+n when a signal ended it. */
export async function resultOf(child: ChildProcess): Promise<Result> {
  const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
  child.stdout?.on('data', (chunk: Buffer) => output.stdout.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => output.stderr.push(chunk))
  const { constants } = await import('node:os')
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
  return { exitCode, stdout: Buffer.concat(output.stdout).toString(), stderr: Buffer.concat(output.stderr).toString() }
}
