import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { type MergedDirectory, openMergedChild, openMergedRoot } from './merged-directory.ts'

/** Where a path leads to in a file system that is given by its layers. */
export interface FoundPath {
  /** without links on the way, as far as it exists; absolute */
  readonly path: string
  readonly kind: 'directory' | 'other' | 'missing'
  /** of a directory: those it is put together from, absolute on the host, the topmost first */
  readonly directories: readonly string[]
  /** of the topmost directory */
  readonly stat?: Stats
}

/** Source: path_resolution(7). */
const MAX_LINKS = 40
const MAX_COMPONENTS = 4096

/**
 * Follows a path as a program inside would, links resolved as if the root were `/`. Nothing is
 * mounted, and nothing outside of the layers is looked at.
 *
 * @param layers directories, the topmost first
 */
export function findMerged(layers: readonly string[], path: string): FoundPath {
  const above: { readonly name: string; readonly directory: MergedDirectory }[] = []
  const opened: MergedDirectory[] = [openMergedRoot(layers)]
  try {
    above.push({ name: '', directory: opened[0] ?? openMergedRoot([]) })
    const ahead = path.split('/').reverse()
    for (let links = 0, components = 0; ahead.length > 0; ) {
      const name = ahead.pop() ?? ''
      if (name === '' || name === '.') continue
      if (name === '..') {
        if (above.length > 1) above.pop()
        continue
      }
      const here = above.at(-1)?.directory ?? openMergedRoot([])
      const found = lookUp(here, name)
      if (found.kind === 'link' && ++links <= MAX_LINKS && ++components <= MAX_COMPONENTS) {
        if (found.target.startsWith('/')) above.length = 1
        ahead.push(...found.target.split('/').reverse())
        continue
      }
      if (found.kind !== 'directory') return leaf(above, [name, ...ahead.reverse()], found.kind)
      const directory = openMergedChild(here, Buffer.from(name).toString('latin1'))
      opened.push(directory)
      above.push({ name, directory })
    }
    const parts = above.at(-1)?.directory.parts ?? []
    const directories = parts.map((part) => (part.path === '' ? part.layer : `${part.layer}/${hostPath(part.path)}`))
    return { path: pathOf(above, []), kind: 'directory', directories, ...(parts[0] && { stat: parts[0].stat }) }
  } finally {
    for (const directory of opened) directory[Symbol.dispose]()
  }
}

/** Below what is no directory there is nothing. */
function leaf(
  above: readonly { readonly name: string }[],
  rest: readonly string[],
  kind: 'other' | 'missing' | 'link',
): FoundPath {
  return {
    path: pathOf(above, rest),
    kind: kind === 'other' && rest.length === 1 ? 'other' : 'missing',
    directories: [],
  }
}

function pathOf(above: readonly { readonly name: string }[], rest: readonly string[]): string {
  const names = [...above.slice(1).map(({ name }) => name), ...rest].filter((name) => name !== '')
  return `/${names.join('/')}`
}

type Entry = { readonly kind: 'directory' | 'other' | 'missing' } | { readonly kind: 'link'; readonly target: string }

function lookUp({ parts }: MergedDirectory, name: string): Entry {
  for (const { fd } of parts) {
    const path = Buffer.from(`/proc/self/fd/${fd}/${name}`)
    try {
      const stat = lstatSync(path)
      if (stat.isCharacterDevice() && stat.rdev === 0) return { kind: 'missing' }
      if (stat.isSymbolicLink()) return { kind: 'link', target: readlinkSync(path) }
      return { kind: stat.isDirectory() ? 'directory' : 'other' }
    } catch (error) {
      if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) throw error
    }
  }
  return { kind: 'missing' }
}

/** Parts have their names in Latin-1, one character a byte. */
function hostPath(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString()
}
