import { closeSync, rmdirSync, unlinkSync } from 'node:fs'
import { inDirectory, isMountPoint, openChildHandle, statIn } from './descriptors.ts'
import { namesIn } from './names-in.ts'

const MAX_DEPTH = 1000

/**
 * Removes a name and all below it, through handles: what is put in the place of a directory meanwhile
 * leads nowhere else. Nothing where there is nothing.
 *
 * @throws an error whose code is EBUSY: something is mounted there, whose files are not the tree's
 */
export function removeInside(fd: number, name: string, depth = 0): void {
  if (isMountPoint(fd, name)) throw Object.assign(new Error('something is mounted there'), { code: 'EBUSY' })
  if (!statIn(fd, name)?.isDirectory()) {
    if (statIn(fd, name)) unlinkSync(inDirectory(fd, name))
    return
  }
  const directory = depth < MAX_DEPTH ? openChildHandle(fd, name) : undefined
  if (directory !== undefined) {
    try {
      for (const child of namesIn(directory)) removeInside(directory, child, depth + 1)
    } finally {
      closeSync(directory)
    }
  }
  rmdirSync(inDirectory(fd, name))
}
