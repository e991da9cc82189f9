import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  type Stats,
  symlinkSync,
} from 'node:fs'
import { lsetxattr, mknod, S_IF } from '../../base/libc.ts'
import { type OwnerMap, ownerOutside } from './mapped-ids.ts'
import { OPAQUE_XATTR } from './metadata.ts'
import { OPEN_DIRECTORY } from './open-directory.ts'
import { readXattrs } from './xattrs.ts'

/** Source: kernel documentation, overlayfs.rst, "Data-only lower layers"; include/linux/overlayfs, "metacopy". */
const METACOPY_XATTR = 'user.overlay.metacopy'
const REDIRECT_XATTR = 'user.overlay.redirect'

/** The attributes that lead to the data take a block of this size, so a smaller file is as well copied. */
const BLOCK_BYTES = 4096
/** Source: the kernel looks a redirection up as one path, path_resolution(7). */
const MAX_REDIRECT_BYTES = 4000

export interface MappedTree {
  /** directory of a layer; only read */
  readonly source: string
  /** does not exist yet */
  readonly target: string
  readonly owners: OwnerMap
  /** its directories that hide lower ones, as in its record */
  readonly opaque: ReadonlySet<string>
  /** the layer's path below the directory that the overlay takes data from, `/0123abc` */
  readonly dataPath: string
  /** called for every entry */
  readonly onEntry?: () => void
}

interface Walk extends MappedTree {
  /** where the first name of a file with several is, by its inode */
  readonly firstNames: Map<number, string>
}

/**
 * Makes a layer for an overlay that shows the files of another one with other owners. It has their
 * names and attributes; of larger files the overlay takes the data from where it is.
 *
 * @throws {TspodError} E_ID_NOT_MAPPED: an owner that the container's user namespace lacks
 */
export function makeMappedTree(tree: MappedTree): void {
  mkdirSync(tree.target, { mode: 0o700 })
  const walk: Walk = { ...tree, firstNames: new Map() }
  const [from, to] = [openSync(tree.source, OPEN_DIRECTORY), openSync(tree.target, OPEN_DIRECTORY)]
  try {
    mapDirectory(walk, { from, to, path: '' })
  } finally {
    closeSync(from)
    closeSync(to)
  }
}

interface Place {
  readonly from: number
  readonly to: number
  /** inside the layer, Latin-1, with a slash in front; '' for its root */
  readonly path: string
}

function mapDirectory(walk: Walk, place: Place): void {
  const { from, to, path } = place
  for (const name of readdirSync(`/proc/self/fd/${from}`, 'buffer')) {
    walk.onEntry?.()
    const own = `${path}/${name.toString('latin1')}`
    const at = (fd: number): Buffer => Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), name])
    mapEntry(walk, { source: at(from), target: at(to), path: own, stat: lstatSync(at(from)) })
  }
  const here = Buffer.from(`/proc/self/fd/${from}/.`)
  const stat = lstatSync(here)
  giveAttributes(walk, { fd: to, source: here, target: Buffer.from(`/proc/self/fd/${to}/.`), path, stat })
}

interface Entry {
  readonly source: Buffer
  readonly target: Buffer
  readonly path: string
  readonly stat: Stats
}

function mapEntry(walk: Walk, entry: Entry): void {
  const { source, target, path, stat } = entry
  if (stat.isDirectory()) {
    mkdirSync(target, { mode: 0o700 })
    const [from, to] = [openSync(source, OPEN_DIRECTORY), openSync(target, OPEN_DIRECTORY)]
    try {
      mapDirectory(walk, { from, to, path })
    } finally {
      closeSync(from)
      closeSync(to)
    }
  } else if (stat.isFile()) mapFile(walk, entry)
  else if (stat.isSymbolicLink()) {
    symlinkSync(readlinkSync(source, 'buffer'), target)
    const { uid, gid } = ownerOutside(walk.owners, stat, path)
    lchownSync(target, uid, gid)
    lutimesSync(target, stat.atimeMs / 1000, stat.mtimeMs / 1000)
  } else if (stat.isCharacterDevice() && stat.rdev === 0) mknod(target, S_IF.character)
  else if (stat.isFIFO()) {
    mknod(target, S_IF.fifo | 0o600)
    const fd = openSync(target, 'r+')
    giveAttributes(walk, { ...entry, fd })
    closeSync(fd)
  }
}

function mapFile(walk: Walk, entry: Entry): void {
  const { source, target, path, stat } = entry
  const first = stat.nlink > 1 ? walk.firstNames.get(stat.ino) : undefined
  if (first !== undefined) {
    linkSync(Buffer.from(`${walk.target}${first}`, 'latin1'), target)
    return
  }
  const redirect = Buffer.from(`${walk.dataPath}${path}`, 'latin1')
  const isCopied = stat.size <= BLOCK_BYTES || redirect.length > MAX_REDIRECT_BYTES
  if (isCopied) copyFileSync(source, target, constants.COPYFILE_EXCL)
  const fd = openSync(target, isCopied ? 'r+' : 'wx', 0o600)
  try {
    if (!isCopied) {
      ftruncateSync(fd, stat.size)
      lsetxattr(target, METACOPY_XATTR, Buffer.alloc(0))
      lsetxattr(target, REDIRECT_XATTR, redirect)
    }
    giveAttributes(walk, { ...entry, fd })
  } finally {
    closeSync(fd)
  }
  if (stat.nlink > 1 && path.length < MAX_REDIRECT_BYTES - walk.target.length) walk.firstNames.set(stat.ino, path)
}

/** chown(2) takes set-uid bits and capabilities away, so it comes first. */
function giveAttributes(walk: Walk, { fd, source, target, path, stat }: Entry & { readonly fd: number }): void {
  const { uid, gid } = ownerOutside(walk.owners, stat, path)
  fchownSync(fd, uid, gid)
  fchmodSync(fd, stat.mode & 0o7777)
  for (const [name, value] of readXattrs(source)) lsetxattr(target, name, value)
  if (stat.isDirectory() && walk.opaque.has(path.slice(1))) lsetxattr(target, OPAQUE_XATTR, Buffer.from('y'))
  futimesSync(fd, stat.atimeMs / 1000, stat.mtimeMs / 1000)
}
