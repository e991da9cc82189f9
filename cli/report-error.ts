import { EXIT, TspodError } from '../base/errors.ts'

/**
 * What the user is shown of an error, a line each: `error: <what> [E_CODE]`, `hint: <what to do>`.
 * Anything but a `TspodError` is a bug of tspod and comes with its stack.
 */
export function errorLines(error: unknown, options: { readonly debug: boolean }): string[] {
  if (!(error instanceof TspodError)) return bugLines(error)
  const lines = [`error: ${oneLine(error.message)} [${error.code}]`]
  if (error.hint !== undefined) lines.push(`hint: ${oneLine(error.hint)}`)
  if (options.debug) lines.push(...stackLines(error))
  return lines
}

/** The process's exit status for an error. */
export function exitCodeOf(error: unknown): number {
  return error instanceof TspodError ? error.exitCode : EXIT.engine
}

function bugLines(error: unknown): string[] {
  if (!(error instanceof Error)) return [`error: internal error: ${oneLine(String(error))}`, REPORT]
  return [`error: internal error: ${oneLine(error.message)}`, ...stackLines(error), REPORT]
}

const REPORT = 'hint: this is a bug in tspod, please report it with the lines above'

function stackLines(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  if (error.cause instanceof Error)
    lines.push(`  caused by: ${oneLine(error.cause.message)}`, ...stackLines(error.cause))
  return lines
}

/** Text from outside (a registry's answer, a file name) must not forge lines or move the cursor. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, '; ').replace(/\p{Cc}/gu, '\ufffd')
}
