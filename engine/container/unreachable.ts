import { type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import { describeOwner } from '../rootless/describe-owner.ts'

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
  const need = verb === 'make' ? 'rwx' : 'x'
  const { words, isOurs } = describeOwner(stats)
  const message = `${what} at ${path} (mode ${mode}, owner ${words})`
  return new TspodError('E_UNREACHABLE_SOURCE', message, {
    hint: isOurs
      ? `open it: "tspod unshare chmod u+${need} ${path}"`
      : `have its owner or root open it for you: "chmod o+${need} ${path}" or "setfacl -m u:$(id -u):${need} ${path}"; no flag of ours gives rights that you lack`,
  })
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
