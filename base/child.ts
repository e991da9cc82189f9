import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { isErrno } from './errors.ts'

/** Starts a program without a shell. The only door to child processes. */
export function startChild(file: string, argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
  return loaded().spawn(file, [...argv], { ...options, shell: false })
}

export interface ChildResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end and collects its output; `undefined` where there is no such program. */
export function runChild(
  file: string,
  argv: readonly string[],
  options: { input?: string; timeoutMs?: number; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): ChildResult | undefined {
  const result = loaded().spawnSync(file, [...argv], {
    encoding: 'utf8',
    input: options.input,
    timeout: options.timeoutMs ?? 30_000,
    env: options.env,
    cwd: options.cwd,
    maxBuffer: 16 << 20,
  })
  if (result.error && isErrno(result.error, 'ENOENT', 'EACCES')) return undefined
  if (result.error) throw result.error
  return { exitCode: result.status, stdout: result.stdout, stderr: result.stderr }
}

/** Loaded when the first child is started: it takes 2 ms, and most commands start none. */
function loaded(): typeof import('node:child_process') {
  return process.getBuiltinModule('node:child_process')
}
