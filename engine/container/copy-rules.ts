import { TspodError } from '../../base/errors.ts'

/** What is to be copied, as far as it matters for where it goes. */
export interface CopySource {
  /** what it is called, as it was named: not what a link leads to */
  readonly name: string
  readonly isDirectory: boolean
  /** named with `/.` at the end, or a root: what is in the directory, without the directory */
  readonly contents: boolean
}

export interface CopyTarget {
  readonly there: 'directory' | 'other' | 'nothing'
  /** named with `/` or `/.` at the end */
  readonly assertsDirectory: boolean
  /** as the user knows it */
  readonly shown: string
}

/** Under the target's own name, under the source's name in the target, or what is in the one into the other. */
export type CopyPlacement =
  | { readonly as: 'itself' }
  | { readonly as: 'child'; readonly name: string }
  | { readonly as: 'contents' }

/**
 * Where a copy goes. Pure.
 *
 * @throws {TspodError} E_NOT_A_DIRECTORY, E_NO_SUCH_FILE
 * @see docker-cp(1), the table of SRC_PATH and DEST_PATH; podman-cp(1), which has the same
 */
export function placeCopy(source: CopySource, target: CopyTarget): CopyPlacement {
  if (target.there === 'directory') {
    return source.isDirectory && source.contents ? { as: 'contents' } : { as: 'child', name: source.name }
  }
  if (target.there === 'other') {
    if (source.isDirectory) {
      throw new TspodError('E_NOT_A_DIRECTORY', 'destination must be a directory when copying a directory')
    }
    if (target.assertsDirectory) throw notADirectory(target.shown)
    return { as: 'itself' }
  }
  if (!source.isDirectory && target.assertsDirectory) throw notFound(target.shown)
  return { as: 'itself' }
}

/** `shown` says where: `"/x" could not be found on container web`. */
export function notFound(shown: string): TspodError {
  return new TspodError('E_NO_SUCH_FILE', `${shown}: no such file or directory`)
}

export function notADirectory(shown: string): TspodError {
  return new TspodError('E_NOT_A_DIRECTORY', `${shown}: not a directory`)
}

/** How a path ends says whether it must be a directory, and whether what is in it is meant. */
export interface PathWords {
  readonly assertsDirectory: boolean
  readonly contents: boolean
  /** the last name, links and all; '' for a root */
  readonly name: string
}

/** Pure. `base` is absolute; `typed` as the user gave it. */
export function wordsOf(typed: string, base: string): PathWords & { readonly path: string } {
  const path = typed.startsWith('/') ? typed : `${base}/${typed}`
  const contents = typed === '' || /(^|\/)\.$/.test(typed)
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  }
  const name = names.at(-1) ?? ''
  return { path, name, contents: contents || name === '', assertsDirectory: contents || typed.endsWith('/') }
}
