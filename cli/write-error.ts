import { TspodError } from '../base/errors.ts'
import type { Ci } from './ci.ts'
import type { OutputStream } from './command-io.ts'
import { colorOf, nameOf } from './config.ts'
import { type ErrorContext, errorJson, errorLines, exitCodeOf, hintLine } from './report-error.ts'

/** How errors are shown; the flags that say so are known one after the other. */
export interface ErrorStyle {
  debug: boolean
  json: boolean
  ci: Ci | undefined
  readonly name: string
  /** undefined: on terminals */
  readonly color: boolean | undefined
}

export function errorStyle(env: Readonly<Record<string, string | undefined>>, debug: boolean): ErrorStyle {
  return { debug, json: false, ci: undefined, name: nameOf(env), color: colorOf(env) }
}

interface ErrorPlace {
  readonly context?: ErrorContext
  /** of the command, where it is not the error that decides */
  readonly status?: number
}

const NOTHING_YET: ErrorContext = { compat: 'podman', command: undefined }

export function writeError(
  stderr: OutputStream,
  thrown: unknown,
  { json, color, status, context = NOTHING_YET, ...words }: ErrorStyle & ErrorPlace,
): void {
  const error = isNoDirectory(thrown) ? noDirectory(thrown) : thrown
  const lines = json
    ? [errorJson(error, { command: context.command, exitCode: status ?? exitCodeOf(error, context), name: words.name })]
    : errorLines(error, { ...words, compat: context.compat, color: color ?? stderr.isTerminal() })
  stderr.write(lines.map((line) => `${line}\n`).join(''))
}

/** Nobody who reads stderr as data is to get hints: commands give them where `mayHint`. */
export function writeHints(stderr: OutputStream, hints: readonly string[], { name, color }: ErrorStyle): void {
  for (const hint of hints) stderr.write(`${hintLine(hint, { name, color: color ?? stderr.isTerminal() })}\n`)
}

/** Node's own, of any relative path. */
function isNoDirectory(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd'
}

function noDirectory(cause: Error): TspodError {
  const hint = 'go to one that is there, with "cd"'
  return new TspodError('E_NO_DIRECTORY', 'the directory you are in has been removed', { hint, cause })
}
