import { lstatSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import type { MountSource } from '../plan/mount-steps.ts'
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
 * What sources of mounts are. Who can write to a volume may put a link on the way to a part of it at any time, so the
 * launcher looks once more, and mounts what it has looked at. What is below an overlay the kernel finds by its name, so
 * that is looked at here.
 *
 * @throws {TspodError} E_NO_SUCH_PATH, E_BAD_VOLUME
 */
export function mountSources(volumes: readonly ContainerVolume[]): (path: string) => MountSource {
  for (const { source, within, overlay } of volumes)
    if (overlay && within !== undefined) insideSource(within, relative(within, source))
  return (path) => ({
    isFile: statSync(path, { throwIfNoEntry: false })?.isDirectory() === false,
    within: volumes.find(({ source, within }) => source === path && within !== undefined)?.within,
  })
}

function statOf(path: string) {
  try {
    return lstatSync(path)
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error
    throw new TspodError('E_NO_SUCH_PATH', `the subpath ${path} does not exist`, { cause: error })
  }
}
