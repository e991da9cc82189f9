import { accessSync, constants, existsSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import { describeOwner } from '../rootless/describe-owner.ts'
import { isOfSystem } from '../why/system-directory.ts'

/**
 * Permissions keep us from what is to be mounted: which directory on the way is closed, and whose it is.
 *
 * @param verb what cannot be done with `source`
 */
export function unreachable(source: string, verb: 'reach' | 'make'): TspodError {
  const closed = closedDirectory(source)
  const what = `cannot ${verb} ${source}, which is to be mounted: permission denied`
  if (!closed)
    return new TspodError('E_UNREACHABLE_SOURCE', what, {
      hint: `see which directory is closed with "namei -l ${source}"`,
    })
  const { path, stats } = closed
  const mode = (stats.mode & 0o7777).toString(8)
  const { words, isOurs } = describeOwner(stats)
  const message = `${what} at ${path} (mode ${mode}, owner ${words})`
  return new TspodError('E_UNREACHABLE_SOURCE', message, { hint: openedHow({ source, path, verb, isOurs }) })
}

interface Closed {
  readonly source: string
  readonly path: string
  readonly verb: 'reach' | 'make'
  readonly isOurs: boolean
}

/** Nobody is told to open a directory that is not theirs to everybody. Pure. */
export function openedHow({ source, path, verb, isOurs }: Closed): string {
  if (isOurs && !isOfSystem(path)) return `open it: "tspod unshare chmod u+${verb === 'make' ? 'rwx' : 'x'} ${path}"`
  if (verb === 'make') return `use a directory of yours, or have root make this one: "${madeByRoot(source)}"`
  if (isOfSystem(path)) return 'use a directory of yours: no flag of ours gives rights that you lack'
  return `use a directory of yours, or have its owner let you alone through: "setfacl -m u:$(id -u):x ${path}"; no flag of ours gives rights that you lack`
}

/** How a directory comes to be that is not there: what its parent asks for. */
export function madeHow(source: string): string {
  const there = existingAbove(source)
  try {
    accessSync(there, constants.W_OK | constants.X_OK)
    return `"mkdir -p ${source}"`
  } catch {
    return `"${madeByRoot(source)}"`
  }
}

function madeByRoot(source: string): string {
  return `sudo mkdir -p ${source} && sudo chown $(id -u) ${source}`
}

function existingAbove(source: string): string {
  const parent = dirname(source)
  return existsSync(parent) || parent === source ? parent : existingAbove(parent)
}

/** The last directory on the way that we can see, behind which we may not go. */
function closedDirectory(source: string): { readonly path: string; readonly stats: Stats } | undefined {
  for (let path = dirname(source); ; path = dirname(path)) {
    try {
      const stats = statSync(path, { throwIfNoEntry: false })
      if (stats) return { path, stats }
    } catch (error) {
      if (!isErrno(error, 'EACCES', 'ENOTDIR', 'ELOOP')) throw error
    }
    if (path === dirname(path)) return undefined
  }
}
