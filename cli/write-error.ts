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
  error: unknown,
  { json, color, status, context = NOTHING_YET, ...words }: ErrorStyle & ErrorPlace,
): void {
  const lines = json
    ? [errorJson(error, { command: context.command, exitCode: status ?? exitCodeOf(error, context), name: words.name })]
    : errorLines(error, { ...words, compat: context.compat, color: color ?? stderr.isTerminal() })
  stderr.write(lines.map((line) => `${line}\n`).join(''))
}

/** Nobody who reads stderr as data is to get hints: commands give them where `mayHint`. */
export function writeHints(stderr: OutputStream, hints: readonly string[], { name, color }: ErrorStyle): void {
  for (const hint of hints) stderr.write(`${hintLine(hint, { name, color: color ?? stderr.isTerminal() })}\n`)
}
