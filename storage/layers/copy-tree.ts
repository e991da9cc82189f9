import { runChild } from '../../base/child.ts'
import { TspodError } from '../../base/errors.ts'
import { explainNoSpace } from '../errors.ts'

const COPY_TIMEOUT_MS = 30 * 60 * 1000

/**
 * Copies what is in a directory into another one, with all attributes; shares blocks where the file system can.
 *
 * @throws {TspodError} E_NO_SPACE, E_COPY_FAILED, E_NO_PROGRAM
 */
export function copyTree(source: string, target: string): void {
  const result = runChild('cp', ['-a', '--reflink=auto', '--', `${source}/.`, target], { timeoutMs: COPY_TIMEOUT_MS })
  if (!result) throw new TspodError('E_NO_PROGRAM', 'no program cp', { hint: 'install coreutils' })
  if (result.exitCode === 0) return
  const reason = result.stderr.trim().split('\n')[0] ?? ''
  if (reason.endsWith('No space left on device')) {
    throw explainNoSpace(Object.assign(new Error(reason), { code: 'ENOSPC' }), target)
  }
  throw new TspodError('E_COPY_FAILED', `could not copy a layer to ${target}: ${reason}`)
}
