import { lstatSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import type { ContainerVolume } from './config.ts'

/**
 * The path of `subpath` in a source, which has to exist and to go through no link: what is in a
 * volume a container wrote, and a link of it must not lead to the host's files.
 *
 * @throws {TspodError} E_NO_SUCH_PATH, E_BAD_VOLUME
 */
export function insideSource(source: string, subpath: string): string {
  let path = source
  for (const name of subpath.split('/').filter((part) => part !== '')) {
    path = join(path, name)
    if (statOf(path)?.isSymbolicLink())
      throw new TspodError('E_BAD_VOLUME', `${path} is a link, and a subpath must not go through one`)
  }
  return path
}

/**
 * Holds sources against what `insideSource` allowed when the container was made: who can write to
 * the volume may have put a link on the way since.
 *
 * @throws {TspodError} E_NO_SUCH_PATH, E_BAD_VOLUME
 */
export function requireInside(volumes: readonly ContainerVolume[]): void {
  for (const { source, within } of volumes) if (within !== undefined) insideSource(within, relative(within, source))
}

function statOf(path: string) {
  try {
    return lstatSync(path)
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error
    throw new TspodError('E_NO_SUCH_PATH', `the subpath ${path} does not exist`, { cause: error })
  }
}
