import type { Ci } from './ci.ts'
import type { OutputStream } from './command-io.ts'
import { colorOf, nameOf } from './config.ts'
import { type ErrorContext, errorJson, errorLines } from './report-error.ts'

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

export function writeError(
  stderr: OutputStream,
  error: unknown,
  { json, color, context, ...words }: ErrorStyle & { readonly context?: ErrorContext },
): void {
  const lines = json
    ? [errorJson(error, context ?? { compat: 'podman', command: undefined }, words.name)]
    : errorLines(error, { ...words, color: color ?? stderr.isTerminal() })
  stderr.write(lines.map((line) => `${line}\n`).join(''))
}
