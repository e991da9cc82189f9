import type { ErrorCode } from '../base/error-codes.ts'
import { EXIT, messageOf, TspodError } from '../base/errors.ts'
import { oneLine } from '../ui/text/printable.ts'
import { type Ci, githubError } from './ci.ts'
import { dockerWords, withFamiliarNames } from './style/docker-words.ts'

/**
 * What the user is shown of an error, a line each: `error: <what> [E_CODE]`, `hint: <what to do>`.
 * Anything but a `TspodError` is a bug of tspod and comes with its stack.
 */
export function errorLines(error: unknown, options: ErrorWords): string[] {
  const lines = error instanceof TspodError ? linesOf(error, options) : bugLines(error)
  return options.color ? lines.map(coloured) : lines
}

function linesOf(error: TspodError, { name, debug, ci, compat }: ErrorWords): string[] {
  const docker = compat === 'docker' ? dockerWords(error) : undefined
  const named = compat === 'docker' ? withFamiliarNames : (text: string): string => text
  const what = `${oneLine(named(docker ?? error.message))} [${error.code}]`
  const said = `${docker === undefined ? 'error' : 'Error'}: ${what}`
  const lines = [ci === 'github' ? githubError(error.code, what) : said]
  if (error.hint !== undefined) lines.push(`hint: ${hintWords(named(error.hint), name)}`)
  if (debug) lines.push(...stackLines(error))
  return lines
}

/** A hint that comes with no error. */
export function hintLine(hint: string, { name, color }: Pick<ErrorWords, 'name' | 'color'>): string {
  const line = `hint: ${hintWords(hint, name)}`
  return color ? coloured(line) : line
}

function hintWords(hint: string, name: string | undefined): string {
  return oneLine(asCalled(hint, name))
}

/** The first word in a colour. Source: ECMA-48, SGR: 31 red, 36 cyan, 39 the usual. */
function coloured(line: string): string {
  return line.replace(/^[eE]rror:/, '\u001b[31m$&\u001b[39m').replace(/^hint:/, '\u001b[36m$&\u001b[39m')
}

/** An error as one line of JSON; what is no `TspodError` has the code `E_INTERNAL`, and its stack. */
export function errorJson(
  error: unknown,
  { command = null, exitCode, name }: { command?: string | null | undefined; exitCode: number; name?: string },
): string {
  if (error instanceof TspodError) {
    const { code, message, hint } = error
    return JSON.stringify({ code, message, hint: hint === undefined ? null : asCalled(hint, name), exitCode, command })
  }
  const stack = error instanceof Error ? error.stack : undefined
  return JSON.stringify({
    ...{ code: INTERNAL, message: messageOf(error), hint: REPORT.replace('hint: ', ''), exitCode, command, stack },
  })
}

const INTERNAL: ErrorCode = 'E_INTERNAL'

/** How an error is told. */
export interface ErrorWords {
  readonly debug: boolean
  /** what the user calls us; tspod where it is absent */
  readonly name?: string
  readonly color?: boolean
  readonly ci?: Ci | undefined
  /** whose words; podman's are ours */
  readonly compat?: ErrorContext['compat']
}

/** Hints quote commands as they are to be typed: with the name that the user has for us. */
function asCalled(hint: string, name = 'tspod'): string {
  return hint.replaceAll('"tspod ', () => `"${name} `)
}

/** Whose exit statuses are wanted, and of which command; it is not known before the command line is understood. */
export interface ErrorContext {
  readonly compat: 'docker' | 'podman'
  readonly command: string | undefined
}

/**
 * The process's exit status for an error. docker keeps 125 for "run" and for flags, and has 1 where podman has
 * its 125, 255 (exec) and 2 (in use). Source: docker-run(1), "Exit Status"; docker/cli, cmd/docker/docker.go.
 */
export function exitCodeOf(error: unknown, { compat, command }: ErrorContext): number {
  if (!(error instanceof TspodError)) return EXIT.engine
  // "run" without an image fails before docker thinks of 125. Seen in 28.2.
  const isRun = command === 'run' && error.code !== 'E_BAD_ARGUMENTS'
  if (compat === 'podman' || isRun || FLAG_ERRORS.has(error.code)) return error.exitCode
  return PODMAN_STATUSES.has(error.exitCode) ? DOCKER_FAILURE : error.exitCode
}

const DOCKER_FAILURE = 1
const PODMAN_STATUSES = new Set<number>([EXIT.engine, 255, 2])
const FLAG_ERRORS = new Set<string>(['E_UNKNOWN_FLAG', 'E_BAD_FLAG'])

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
