import { badLayer, shownName, unsafeLayer, unsupportedLayer } from './errors.ts'
import { MAX_PAX_BYTES, type PaxFields, parsePax } from './pax.ts'
import { MAX_DATA_BYTES, NO_XATTRS, type TarEntry, type TarHandler, type TarType } from './tar-entry.ts'
import { BLOCK, isZeroBlock, parseHeader, type TarHeader } from './tar-header.ts'

export interface TarReader {
  /** The next bytes of the archive, cut anywhere. Calls the handler before it returns. */
  push(chunk: Buffer): void
  /**
   * Passes over the data of the entry that was read last, as if it had been pushed. Returns how many
   * bytes away the next header is; 0 where there is no data to pass over.
   */
  skip(): number
  /** The end of the archive was seen; what follows has no meaning. */
  readonly isEnded: boolean
  /** There is no more. @throws {TspodError} E_LAYER_INVALID: the archive is cut off */
  finish(): void
}

/** Bounds far above what any image has, and far below what would hurt. */
const MAX_ENTRIES = 5_000_000
const MAX_NAME_BYTES = 8192

const TYPES: Readonly<Record<string, TarType>> = {
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
}

/**
 * A tar parser that is fed and calls back, without waiting for anything, so it runs as fast as
 * memory. Reads ustar, pax, GNU long names and old tars; other kinds of entry are refused.
 *
 * A global pax header is read and has no effect, as with the other engines: an image must mean
 * the same everywhere. Where a GNU name and a pax path are both given, the GNU one counts, for
 * the same reason.
 */
export function createTarReader(handler: TarHandler): TarReader {
  const carry = Buffer.alloc(BLOCK)
  let carried = 0
  let section: 'header' | 'data' | 'meta' | 'end' = 'header'
  let left = 0 // of the data or meta section
  let padding = 0
  let zeroBlocks = 0
  let entries = 0
  let totalBytes = 0
  let meta: { readonly typeFlag: string; readonly parts: Buffer[] } = { typeFlag: '', parts: [] }
  let extra: { pax?: PaxFields; name?: string; linkName?: string } = {}

  const finishSection = (): void => {
    if (section === 'data') handler.end()
    else takeMeta(meta.typeFlag, Buffer.concat(meta.parts))
    section = 'header'
  }

  const startSection = (kind: 'data' | 'meta', sizeBytes: number): void => {
    section = kind
    left = sizeBytes
    padding = (BLOCK - (sizeBytes % BLOCK)) % BLOCK
    if (left === 0) finishSection()
  }

  const takeMeta = (typeFlag: string, bytes: Buffer): void => {
    if (typeFlag === 'x') extra = { ...extra, pax: parsePax(bytes) }
    else if (typeFlag === 'L') extra = { ...extra, name: gnuName(bytes) }
    else if (typeFlag === 'K') extra = { ...extra, linkName: gnuName(bytes) }
    else if (typeFlag === 'g') parsePax(bytes)
  }

  const takeBlock = (block: Buffer): void => {
    if (isZeroBlock(block)) {
      zeroBlocks++
      if (zeroBlocks === 2) section = 'end'
      return
    }
    if (zeroBlocks > 0) throw badLayer('an entry follows the end of the archive')
    const header = parseHeader(block)
    if (++entries > MAX_ENTRIES) throw unsafeLayer(`it has more than ${MAX_ENTRIES} entries`)
    if ('xgLK'.includes(header.typeFlag)) {
      if (header.sizeBytes > MAX_PAX_BYTES) throw unsafeLayer('an extended header is larger than 1 MiB')
      meta = { typeFlag: header.typeFlag, parts: [] }
      startSection('meta', header.sizeBytes)
      return
    }
    const entry = entryOf(header, extra)
    extra = {}
    totalBytes += entry.sizeBytes
    if (totalBytes > MAX_DATA_BYTES) throw unsafeLayer(`its files are larger than ${MAX_DATA_BYTES} bytes together`)
    handler.entry(entry)
    startSection('data', entry.sizeBytes)
  }

  const readData = (chunk: Buffer, at: number): number => {
    const part = chunk.subarray(at, at + left)
    if (section === 'data') handler.data(part)
    // A copy: the chunk may be reused by whoever feeds us.
    else meta.parts.push(Buffer.from(part))
    left -= part.length
    if (left === 0) finishSection()
    return at + part.length
  }

  const readBlock = (chunk: Buffer, at: number): number => {
    if (carried === 0 && chunk.length - at >= BLOCK) {
      takeBlock(chunk.subarray(at, at + BLOCK))
      return at + BLOCK
    }
    const copied = chunk.copy(carry, carried, at, at + BLOCK - carried)
    carried += copied
    if (carried === BLOCK) {
      carried = 0
      takeBlock(carry)
    }
    return at + copied
  }

  return {
    push(chunk) {
      for (let at = 0; at < chunk.length && section !== 'end'; ) {
        if (left > 0) at = readData(chunk, at)
        else if (padding > 0) {
          const skipped = Math.min(padding, chunk.length - at)
          padding -= skipped
          at += skipped
        } else at = readBlock(chunk, at)
      }
    },
    skip() {
      if (section !== 'data') return 0
      const skipped = left + padding
      left = 0
      padding = 0
      finishSection()
      return skipped
    },
    get isEnded() {
      return section === 'end'
    },
    finish() {
      if (left > 0 || padding > 0 || carried > 0 || extra.pax || extra.name !== undefined) {
        throw badLayer('the archive is cut off')
      }
    },
  }
}

function entryOf(header: TarHeader, extra: { pax?: PaxFields; name?: string; linkName?: string }): TarEntry {
  const { pax } = extra
  const name = extra.name ?? pax?.path ?? header.name
  const linkName = extra.linkName ?? pax?.linkPath ?? header.linkName
  if (name.length > MAX_NAME_BYTES || linkName.length > MAX_NAME_BYTES) throw unsafeLayer('a name is too long')
  if (header.typeFlag === 'S' || pax?.isSparse) {
    throw unsupportedLayer(`${shownName(name)} is a sparse file`, 'make the image anew without "tar --sparse"')
  }
  const known = TYPES[header.typeFlag]
  if (!known) throw unsupportedLayer(`${shownName(name)} is of the type ${JSON.stringify(header.typeFlag)}`)
  // Before ustar, a directory was a file with a slash behind its name.
  const type = known === 'file' && name.endsWith('/') ? 'directory' : known
  const isLink = type === 'hardlink' || type === 'symlink'
  return {
    type,
    name,
    linkName: isLink ? linkName : '',
    mode: header.mode,
    uid: pax?.uid ?? header.uid,
    gid: pax?.gid ?? header.gid,
    // Only files have data; some tars give links the size of what they lead to.
    sizeBytes: known === 'file' ? (pax?.sizeBytes ?? header.sizeBytes) : 0,
    mtimeS: pax?.mtimeS ?? header.mtimeS,
    xattrs: pax?.xattrs ?? NO_XATTRS,
  }
}

function gnuName(bytes: Buffer): string {
  const nul = bytes.indexOf(0)
  return bytes.toString('latin1', 0, nul < 0 ? bytes.length : nul)
}
