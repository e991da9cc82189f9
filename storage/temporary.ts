import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../base/errors.ts'
import { processStartTime } from '../base/process-start.ts'
import { randomHex } from '../base/random.ts'
import { removeTree } from './remove-tree.ts'

/** A partial download that nobody came back to for so long is not resumed any more. */
const PARTIAL_MAX_AGE_MS = 7 * 24 * 3600 * 1000

/**
 * A new name in `directory` that says which process it belongs to, so that it can be swept
 * when that process is dead.
 */
export function temporaryPath(directory: string, kind: string): string {
  const start = processStartTime('self') ?? '0'
  return join(directory, `${kind}-${process.pid}-${start}-${randomHex(6)}`)
}

/** Removes what dead processes left in `directory`, and partial downloads that are old. */
export function sweepTemporary(directory: string, nowMs: number): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name)
    if (isAbandoned(name) || isOldPartial(name, path, nowMs)) removeTree(path)
  }
}

/** Whether a name that `temporaryPath` gave belongs to a process that is dead. */
export function isAbandoned(name: string): boolean {
  const [, pid, start] = /^[a-z]+-([0-9]+)-([0-9]+)-[0-9a-f]{12}$/.exec(name) ?? []
  return pid !== undefined && processStartTime(Number(pid)) !== start
}

function isOldPartial(name: string, path: string, nowMs: number): boolean {
  if (!name.startsWith('partial-')) return false
  try {
    return nowMs - statSync(path).mtimeMs > PARTIAL_MAX_AGE_MS
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false
    throw error
  }
}
