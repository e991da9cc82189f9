import { getSystemErrorMap } from 'node:util'
import type { ErrorCode } from './error-codes.ts'

/** Exit statuses that callers of podman(1) already script against. Source: podman-run(1), "Exit Status". */
export const EXIT = { engine: 125, notExecutable: 126, notFound: 127 } as const

export interface TspodErrorOptions {
  readonly exitCode?: number
  readonly hint?: string
  readonly cause?: unknown
}

/**
 * An error the user can reach. `code` is part of the CLI's contract: scripts and
 * tests match on it, so it is never reworded; `message` may be.
 * A bug in tspod throws a plain `Error` instead, and is shown with its stack.
 */
export class TspodError extends Error {
  override readonly name = 'TspodError'
  readonly code: ErrorCode
  readonly exitCode: number
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: TspodErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.exitCode = options.exitCode ?? EXIT.engine
    this.hint = options.hint
  }
}

/** True for a Node.js or libc error with exactly this errno name, e.g. `isErrno(error, 'ENOENT')`. */
export function isErrno(error: unknown, ...names: readonly string[]): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('code' in error)) return false
  return typeof error.code === 'string' && names.includes(error.code)
}

/**
 * Of an error, and those that came up while what had been done was undone, the one that was first: the others
 * mostly follow from it. By its name, as not every node has the class. Source: ECMA-262, SuppressedError.
 */
export function firstOf(error: unknown): unknown {
  let first = error
  while (first instanceof Error && first.name === 'SuppressedError' && 'suppressed' in first) first = first.suppressed
  return first
}

/** The words of an error of any kind, for embedding in another message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Why a system call failed, in words without the call and its path; of any other error its message. */
export function reasonOf(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined
  return (typeof errno === 'number' ? getSystemErrorMap().get(errno)?.[1] : undefined) ?? messageOf(error)
}
