import { startChild } from '../base/child.ts'

export interface RunProgramOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly stdout?: 'inherit' | 'ignore'
  readonly mayFail?: boolean
}

/** Runs a program to its end, with this one's output; fails where it does, unless it `mayFail`. */
export async function runProgram(
  file: string,
  argv: readonly string[],
  options: RunProgramOptions = {},
): Promise<number> {
  const { stdout = 'inherit', mayFail = false, ...rest } = options
  const child = startChild(file, argv, { stdio: ['inherit', stdout, 'inherit'], ...rest })
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
  if (code !== 0 && !mayFail) throw new Error(`${file} ${argv.join(' ')} failed`)
  return code
}
