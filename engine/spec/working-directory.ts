import { badValue } from './bad-value.ts'
import { normalizeTarget } from './parse-target.ts'

/**
 * The directory a process starts in: what was asked for, else the default, which is the image's
 * or the container's and may be empty.
 *
 * @throws {TspodError} E_BAD_WORKDIR: not absolute
 */
export function workingDirectory(requested: string | undefined, fallback: string): string {
  if (requested === undefined || requested === '') return normalizeTarget(fallback)
  if (requested.startsWith('/') && !requested.includes('\0')) return normalizeTarget(requested)
  throw badValue('E_BAD_WORKDIR', '--workdir', requested, 'not an absolute path')
}
