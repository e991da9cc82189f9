import { badLayer, shownName, unsafeLayer } from './errors.ts'

/** What the unpacker knows of a directory it made. Nothing is asked of the disk, so no link there can mislead us. */
export interface DirectoryNode {
  readonly kind: 'directory'
  /** relative to the root, '' for the root itself; Latin-1 */
  readonly path: string
  readonly depth: number
  /** only directories, symbolic links and whiteouts: the other files need no place in here */
  readonly children: Map<string, TreeNode>
  metadata: DirectoryMetadata | undefined
  opaque: boolean
}

export type TreeNode =
  | DirectoryNode
  | { readonly kind: 'symlink'; readonly target: string }
  | { readonly kind: 'whiteout' }

export interface DirectoryMetadata {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeS: number
  readonly xattrs: ReadonlyMap<string, Buffer>
}

/** Directories inside one another. Deeper ones would not fit into a path of 4096 bytes for long. */
const MAX_DEPTH = 1000
/** Source: path_resolution(7): the kernel gives up after 40 links too. */
const MAX_LINKS = 40

export function newDirectory(path: string, depth: number): DirectoryNode {
  if (depth > MAX_DEPTH) throw unsafeLayer(`directories are more than ${MAX_DEPTH} deep`)
  return { kind: 'directory', path, depth, children: new Map(), metadata: undefined, opaque: false }
}

export function childPath(directory: DirectoryNode, name: string): string {
  return directory.path === '' ? name : `${directory.path}/${name}`
}

/**
 * The components of a name in the tar. A leading `/` and `.` are dropped.
 * @throws {TspodError} E_LAYER_UNSAFE: it goes up; E_LAYER_INVALID: it has a NUL
 */
export function splitName(name: string): string[] {
  if (name.includes('\0')) throw badLayer(`the name ${shownName(name)} has a NUL in it`)
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw unsafeLayer(`${shownName(name)} leads out of it`)
  return parts
}

/**
 * Finds the directory that `parts` lead to, links on the way resolved inside the root as if it
 * were `/`. A directory that is not there is made by `make`, or the answer is `undefined`.
 */
export function walk(
  root: DirectoryNode,
  parts: readonly string[],
  make?: (parent: DirectoryNode, name: string) => DirectoryNode,
): DirectoryNode | undefined {
  const above: DirectoryNode[] = [root]
  const ahead = [...parts].reverse()
  for (let links = 0; ahead.length > 0; ) {
    const name = ahead.pop() ?? ''
    const here = above.at(-1) ?? root
    if (name === '' || name === '.') continue
    if (name === '..') {
      if (above.length > 1) above.pop()
      continue
    }
    const child = here.children.get(name)
    if (child?.kind === 'symlink') {
      if (++links > MAX_LINKS) throw unsafeLayer(`${shownName(parts.join('/'))} goes through too many links`)
      if (child.target.startsWith('/')) above.length = 1
      ahead.push(...child.target.split('/').reverse())
      continue
    }
    const next = child?.kind === 'directory' ? child : make?.(here, name)
    if (!next) return undefined
    above.push(next)
  }
  return above.at(-1)
}
