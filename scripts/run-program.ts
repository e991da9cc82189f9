import { startChild } from '../base/child.ts'

/** Runs a program to its end, with this one's output; fails where it does, unless it `mayFail`. */
export async function runProgram(
  file: string,
  argv: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly mayFail?: boolean } = {},
): Promise<number> {
  const child = startChild(file, argv, { stdio: 'inherit', ...(options.env ? { env: options.env } : {}) })
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
  if (code !== 0 && !options.mayFail) throw new Error(`${file} ${argv.join(' ')} failed`)
  return code
}
