import { closeSync, openSync, readSync } from 'node:fs'
import { isErrno, TspodError } from '../../base/errors.ts'
import type { Step } from '../plan/step.ts'

const MOST_BYTES = 16_384
const MOST_CHARACTERS = 200

/**
 * The error of a helper that was not ready, with what it said last.
 *
 * @param done the steps up to the one that failed
 */
export function withLastWords(error: TspodError, done: readonly Step[]): TspodError {
  if (done.at(-1)?.op !== 'await-helper') return error
  const logFile = done.findLast(({ op }) => op === 'output')?.args[0]
  const words = lastWords(readBeginning(logFile ?? ''))
  if (words === undefined) return error
  const { code, exitCode, hint } = error
  return new TspodError(code, `${error.message}: ${words}`, { exitCode, ...(hint && { hint }), cause: error })
}

/**
 * The line of a helper's log that says why it ended: the last one that is no warning, or the one before its usage. Pure.
 */
export function lastWords(text: string): string | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.replaceAll(/[^\x20-\x7e]+/g, ' ').trim())
    .filter((line) => line !== '' && !/^warning:| bytes to syslog$/i.test(line))
  const usage = lines.findIndex((line) => /^usage:/i.test(line))
  return lines.at(usage > 0 ? usage - 1 : -1)?.slice(0, MOST_CHARACTERS)
}

function readBeginning(path: string): string {
  try {
    const fd = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(MOST_BYTES)
      return bytes.toString('latin1', 0, readSync(fd, bytes))
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return ''
    throw error
  }
}
