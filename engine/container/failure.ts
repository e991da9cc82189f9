import { join } from 'node:path'
import { messageOf, TspodError } from '../../base/errors.ts'
import { readTextIfExists, writeAtomic } from '../../base/files.ts'
import type { Engine } from '../engine.ts'

/** Why a container could not be started: the message is State.Error, the rest is kept for `tspod why`. */
export interface StartFailure {
  readonly code: string
  readonly message: string
  readonly hint: string | null
  /** of the command that failed */
  readonly exitCode: number
  readonly atMs: number
}

const MAX_BYTES = 1 << 16

/** Notes down that a container could not be started, and why. */
export function keepFailure(engine: Engine, id: string, error: unknown): void {
  if (!engine.storage.containers.find(id)) return // removed meanwhile
  const message = messageOf(error)
  engine.storage.containers.update(id, { error: message })
  if (!(error instanceof TspodError) || error.code === 'E_CONTAINER_INCOMPLETE') return
  const { code, hint = null, exitCode } = error
  const failure: StartFailure = { code, message, hint, exitCode, atMs: Date.now() }
  try {
    writeAtomic(failureFile(engine, id), `${JSON.stringify(failure)}\n`, { mode: 0o600, sync: false })
  } catch (problem) {
    // A full disk: the error itself is what is to be told.
    engine.warn(`could not write down why the container failed: ${messageOf(problem)}`)
  }
}

/** What is known of the error that stands in the container's row; undefined where it is not one of a start. */
export function readFailure(
  engine: Engine,
  row: { readonly id: string; readonly error: string | null },
): StartFailure | undefined {
  if (row.error === null) return undefined
  const text = readTextIfExists(failureFile(engine, row.id), MAX_BYTES)
  const kept = text === undefined ? undefined : parseFailure(text)
  // An older one, of before a start that was successful.
  return kept?.message === row.error ? kept : undefined
}

function failureFile(engine: Engine, id: string): string {
  return join(engine.containerDir(id), 'failure.json')
}

/** Pure. A crash may have left anything. */
export function parseFailure(text: string): StartFailure | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { code, message, hint, exitCode, atMs } = value as Readonly<Record<string, unknown>>
  if (typeof code !== 'string' || typeof message !== 'string' || typeof atMs !== 'number') return undefined
  if (typeof exitCode !== 'number' || (hint !== null && typeof hint !== 'string')) return undefined
  return { code, message, hint, exitCode, atMs }
}
