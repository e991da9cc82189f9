import { posix } from 'node:path'
import { badValue } from './bad-value.ts'

/** Source: limits.h, PATH_MAX. */
const MAX_PATH = 4095

const ABSOLUTE = 'begin it with "/", as in /var/data'

/**
 * The path in the container where something is mounted, without `..`, doubled or trailing slashes.
 *
 * @param text the whole option, for the message
 * @throws {TspodError} E_BAD_VOLUME: not absolute, or the root
 */
export function parseTarget(path: string, text: string, subject: string): string {
  if (!path.startsWith('/'))
    throw badValue('E_BAD_VOLUME', subject, text, 'the path in the container is not absolute', ABSOLUTE)
  if (path.length > MAX_PATH) throw badValue('E_BAD_VOLUME', subject, text, 'the path in the container is too long')
  if (path.includes('\0'))
    throw badValue('E_BAD_VOLUME', subject, text, 'the path in the container has a NUL character')
  const target = normalizeTarget(path)
  if (target === '/') throw badValue('E_BAD_VOLUME', subject, text, 'the root of the container cannot be replaced')
  return target
}

/** One spelling for each path. */
export function normalizeTarget(path: string): string {
  const normal = posix.normalize(`/${path}`)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}
