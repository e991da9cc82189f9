import { closeSync, readlinkSync, type Stats } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { inDirectory, openChildHandle, sameHandle, statIn } from './descriptors.ts'

/** Where a path leads inside a root: the directory that the name is in, and what is there. */
export interface Inside extends Disposable {
  /** handle of the directory */
  readonly fd: number
  /** the name in it, Latin-1; `.` where the path is the root itself */
  readonly name: string
  /** undefined where nothing of that name is there */
  readonly stat: Stats | undefined
  /** the names from the root to it, without a link in them */
  readonly parts: readonly string[]
}

export interface WalkOptions {
  /** where the last name is a link, go where it leads */
  readonly followLast: boolean
  /** makes a directory where one is missing, the last one too */
  readonly make?: (fd: number, name: string) => void
}

/** Source: path_resolution(7): the kernel gives up after 40 links too. */
const MAX_LINKS = 40
/** Directories inside one another, each of which is held open. */
const MAX_DEPTH = 1000
/** How often something may change under our feet at one name. */
const MAX_TRIES = 100

/** As the kernel would fail, with the same names of errors. */
class PathProblem extends Error {
  override readonly name = 'PathProblem'
  readonly code: 'ENOENT' | 'ENOTDIR' | 'ELOOP' | 'ENAMETOOLONG'

  constructor(code: PathProblem['code']) {
    super(code)
    this.code = code
  }
}

/**
 * Finds `path` in the directory `root` as a process would whose root that is: absolute links begin
 * there, and `..` ends there. Each step is taken through the handle of the last, and none through a
 * link, so that whoever changes the tree meanwhile leads us nowhere else.
 *
 * @param root handle; it stays the caller's
 * @param path bytes as Latin-1
 * @throws an error whose code is ENOENT, ENOTDIR, ELOOP or ENAMETOOLONG
 */
export function walkInside(root: number, path: string, options: WalkOptions): Inside {
  const above: { readonly fd: number; readonly name: string }[] = [{ fd: sameHandle(root), name: '.' }]
  const closeDownTo = (length: number): void => {
    for (const { fd } of above.splice(length)) closeSync(fd)
  }
  try {
    const last = follow(above, namesOf(path).reverse(), { ...options, closeDownTo })
    return found(above, last)
  } catch (error) {
    closeDownTo(0)
    throw error
  }
}

interface Steps extends WalkOptions {
  readonly closeDownTo: (length: number) => void
}

type Handles = { readonly fd: number; readonly name: string }[]

/** Goes along the names, the last one first in the list; returns the name that is no directory to go into, if that is the end. */
function follow(above: Handles, ahead: string[], options: Steps): string | undefined {
  let links = 0
  let tries = 0
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    const here = above.at(-1)?.fd ?? -1
    if (name === '..') {
      if (above.length > 1) options.closeDownTo(above.length - 1)
      continue
    }
    const isLast = ahead.length === 0
    const stat = statIn(here, name)
    if (stat?.isSymbolicLink() && !(isLast && !options.followLast)) {
      if (++links > MAX_LINKS) throw new PathProblem('ELOOP')
      const target = readLink(here, name)
      if (target.startsWith('/')) options.closeDownTo(1)
      ahead.push(...namesOf(target).reverse())
      continue
    }
    if (stat?.isDirectory()) {
      const fd = openChildHandle(here, name)
      if (fd !== undefined) {
        above.push({ fd, name })
        if (above.length > MAX_DEPTH) throw new PathProblem('ENAMETOOLONG')
        continue
      }
    } else if (isLast && (stat || !options.make)) return name
    else if (stat) throw new PathProblem('ENOTDIR')
    else if (!options.make) throw new PathProblem('ENOENT')
    else options.make(here, name)
    // It has just been made, or is something else by now: look again.
    if (++tries > MAX_TRIES) throw new PathProblem('ELOOP')
    ahead.push(name)
  }
  return undefined
}

function found(above: Handles, last: string | undefined): Inside {
  const top = above.at(-1)
  const parent = last === undefined ? (above.at(-2) ?? top) : top
  const name = last ?? top?.name ?? '.'
  const fd = parent?.fd ?? -1
  const names = above.slice(1).map((directory) => directory.name)
  return {
    fd,
    name,
    stat: statIn(fd, name),
    parts: last === undefined ? names : [...names, last],
    [Symbol.dispose]: () => {
      for (const handle of above) closeSync(handle.fd)
    },
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

function readLink(fd: number, name: string): string {
  try {
    return readlinkSync(inDirectory(fd, name), 'latin1')
  } catch (error) {
    // It was a link a moment ago.
    if (isErrno(error, 'EINVAL')) throw new PathProblem('ELOOP')
    throw error
  }
}
