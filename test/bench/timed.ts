import type { ChildProcess } from 'node:child_process'
import { startChild } from '../../base/child.ts'

export interface Timed {
  /** from before it was started until all it wrote was read and it had ended */
  readonly ms: number
  readonly stdout: string
}

const KEPT_BYTES = 64 << 10

/** Runs a command to its end and times it; fails where the command does, with what it said. */
export async function timed(
  argv: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly timeoutMs?: number; readonly title?: string },
): Promise<Timed> {
  const [file, ...rest] = argv
  if (file === undefined) throw new Error('no command to time')
  const startedNs = process.hrtime.bigint()
  const child = startChild(file, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: options.env })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] = (output[name] + text).slice(-KEPT_BYTES)
    })
  }
  const end = await endOf(child, options.timeoutMs ?? 120_000)
  const ms = Number(process.hrtime.bigint() - startedNs) / 1e6
  if (end === 'exit 0') return { ms, stdout: output.stdout }
  child.stdout?.destroy()
  child.stderr?.destroy()
  throw new Error(`${options.title ?? argv.join(' ')}: ${end}: ${output.stderr.trim()}`)
}

/** How it ended; a command that takes too long is killed. */
async function endOf(child: ChildProcess, timeoutMs: number): Promise<string> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(`not ended after ${timeoutMs / 1000} s`)
    }, timeoutMs)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve(signal ?? `exit ${code}`)
    })
  })
}
