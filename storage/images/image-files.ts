import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, statSync } from 'node:fs'
import { isErrno, TspodError } from '../../base/errors.ts'
import { readBounded } from '../../base/files.ts'
import { isOpaqueUpper } from '../layers/opaque.ts'
import { openIfDirectory } from '../layers/open-directory.ts'

/** One layer's part of a directory: an open descriptor, so that nothing can be put in its place. */
interface Part {
  readonly fd: number
  /** index of the layer it is of */
  readonly layer: number
  /** inside the layer */
  readonly path: string
}

/** A directory as the container sees it: its parts in the layers that have it, top first. */
type Merged = readonly Part[]

interface Lookup {
  readonly layers: readonly string[]
  readonly opened: number[]
}

type Found =
  | { readonly kind: 'directory'; readonly parts: Merged }
  | { readonly kind: 'file'; readonly parent: number; readonly name: string }
  | { readonly kind: 'symlink'; readonly target: string }

/** Source: path_resolution(7). */
const MAX_LINKS = 40
const MAX_COMPONENTS = 4096

/**
 * Reads a regular file as the container sees it, without mounting anything: through its layers,
 * with whiteouts, opaque directories, and links resolved as if the root were `/`.
 * `undefined` where there is none, or something other than a file.
 *
 * Never reads what is outside of the layers, even while a container that has the topmost one
 * changes it: every component is opened without following links, from the descriptor of the one
 * before.
 *
 * @throws {TspodError} E_FILE_TOO_LARGE
 */
export function readImageFile(
  layerDirsTopFirst: readonly string[],
  path: string,
  maxBytes: number,
): Buffer | undefined {
  const lookup: Lookup = { layers: layerDirsTopFirst, opened: [] }
  try {
    const found = resolve(lookup, path)
    return found && readRegular(found, path, maxBytes)
  } finally {
    for (const fd of lookup.opened) closeSync(fd)
  }
}

function resolve(lookup: Lookup, path: string): { parent: number; name: string } | undefined {
  const above: Merged[] = [openRoot(lookup)]
  const ahead = path.split('/').reverse()
  for (let links = 0, components = 0; ahead.length > 0; ) {
    const name = ahead.pop() ?? ''
    if (++components > MAX_COMPONENTS) return undefined
    if (name === '' || name === '.') continue
    if (name === '..') {
      if (above.length > 1) above.pop()
      continue
    }
    const found = findChild(lookup, above.at(-1) ?? [], name)
    if (found?.kind === 'directory') above.push(found.parts)
    else if (found?.kind === 'symlink') {
      if (++links > MAX_LINKS) return undefined
      if (found.target.startsWith('/')) above.length = 1
      ahead.push(...found.target.split('/').reverse())
    } else return found && ahead.length === 0 ? found : undefined
  }
  return undefined
}

function openRoot(lookup: Lookup): Merged {
  const parts = lookup.layers.flatMap((directory, layer) => {
    const fd = openDirectory(lookup, directory)
    return fd === undefined ? [] : [{ fd, layer, path: '' }]
  })
  return untilOpaque(lookup, parts)
}

function findChild(lookup: Lookup, directory: Merged, name: string): Found | undefined {
  const parts: Part[] = []
  for (const part of directory) {
    const path = `/proc/self/fd/${part.fd}/${name}`
    const found = statIfExists(path)
    if (!found) continue
    if (!found.isDirectory()) {
      // Below a directory, something else of the same name is hidden like everything under it.
      if (parts.length > 0) break
      if (found.isSymbolicLink()) return symlinkAt(path)
      return found.isFile() ? { kind: 'file', parent: part.fd, name } : undefined
    }
    const fd = openDirectory(lookup, path)
    if (fd === undefined) break
    parts.push({ fd, layer: part.layer, path: part.path === '' ? name : `${part.path}/${name}` })
  }
  return parts.length === 0 ? undefined : { kind: 'directory', parts: untilOpaque(lookup, parts) }
}

function symlinkAt(path: string): Found | undefined {
  try {
    return { kind: 'symlink', target: readlinkSync(path) }
  } catch (error) {
    // It was there a moment ago: the container is changing it.
    if (isErrno(error, 'ENOENT', 'EINVAL')) return undefined
    throw error
  }
}

/** An opaque directory hides the parts below it. Nobody needs to ask where there are none. */
function untilOpaque(lookup: Lookup, parts: readonly Part[]): Merged {
  const last = parts.findIndex((part, index) => index < parts.length - 1 && isOpaque(lookup, part))
  return last < 0 ? parts : parts.slice(0, last + 1)
}

/**
 * A layer has its opaque directories in a list beside it; empty, as nearly always, it costs one
 * stat. Only the upper directory of a container, which has no list, is asked by getxattr.
 */
function isOpaque(lookup: Lookup, part: Part): boolean {
  const list = opaqueListOf(lookup.layers[part.layer] ?? '')
  const size = statSync(list, { throwIfNoEntry: false })?.size
  if (size === 0) return false
  if (size !== undefined)
    return readBounded(list, size)
      .toString('latin1')
      .split('\n')
      .includes(`/${Buffer.from(part.path).toString('latin1')}`)
  return isOpaqueUpper(part.fd)
}

/** Where the list of a layer's opaque directories is: one a line with a `/` in front, in Latin-1. */
export function opaqueListOf(layerDirectory: string): string {
  return `${layerDirectory}.opaque`
}

function openDirectory({ opened }: Lookup, path: string): number | undefined {
  const fd = openIfDirectory(path)
  if (fd !== undefined) opened.push(fd)
  return fd
}

function statIfExists(path: string) {
  try {
    return lstatSync(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) return undefined
    throw error
  }
}

function readRegular(found: { parent: number; name: string }, path: string, maxBytes: number): Buffer | undefined {
  // O_NONBLOCK: should it have become a fifo meanwhile, nobody waits for a writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  let fd: number
  try {
    fd = openSync(`/proc/self/fd/${found.parent}/${found.name}`, flags)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ELOOP', 'ENXIO')) return undefined
    throw error
  }
  try {
    const { size } = fstatSync(fd)
    if (!fstatSync(fd).isFile()) return undefined
    if (size > maxBytes)
      throw new TspodError('E_FILE_TOO_LARGE', `${path} in the image is larger than ${maxBytes} bytes`)
    return readUpTo(fd, size)
  } finally {
    closeSync(fd)
  }
}

function readUpTo(fd: number, size: number): Buffer {
  const bytes = Buffer.alloc(size)
  let read = 0
  while (read < size) {
    const count = readSync(fd, bytes, read, size - read, read)
    if (count === 0) break
    read += count
  }
  return bytes.subarray(0, read)
}
