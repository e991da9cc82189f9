import type { TarEntry, TarType } from './tar-entry.ts'
import { BLOCK } from './tar-header.ts'

/** An entry to write. Devices have their numbers, the others need none. */
export interface TarItem extends TarEntry {
  readonly device?: { readonly major: number; readonly minor: number }
}

const TYPE_FLAGS: Readonly<Record<TarType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
}

/** So many bytes of a name fit into a header. */
const NAME_BYTES = 100
/** The largest number of 7 and of 11 octal digits. */
const MAX_ID = 0o7777777
const MAX_SIZE = 0o77777777777

/** What stands at the end of an archive. */
export const TAR_END: Buffer = Buffer.alloc(2 * BLOCK)

/**
 * The header blocks of an entry: one, and a pax header before it where a name, a number or an
 * extended attribute does not fit. The same entry gives the same bytes always.
 *
 * Times are cut to seconds, as docker and podman do: so a layer does not depend on the file system
 * it was made on. Names are bytes; those that are not UTF-8 stay as they are.
 *
 * @see POSIX pax(1), "ustar Interchange Format", "pax Extended Header"
 */
export function tarHeader(item: TarItem): Buffer {
  const records = paxRecords(item)
  const own = block(item)
  if (records.length === 0) return own
  const data = Buffer.concat(records)
  return Buffer.concat([block(paxItem(item, data.length)), data, tarPadding(data.length), own])
}

/** What follows the data of an entry, so that the next one begins on a block. */
export function tarPadding(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK - (sizeBytes % BLOCK)) % BLOCK)
}

/** A regular file of an archive that we make up ourselves. */
export function plainFile(name: string, sizeBytes: number): TarItem {
  return {
    type: 'file',
    name,
    linkName: '',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes,
    mtimeS: 0,
    xattrs: new Map(),
  }
}

function paxItem(item: TarItem, sizeBytes: number): TarItem & { readonly typeFlag: string } {
  const base = item.name.split('/').filter(Boolean).at(-1) ?? ''
  return { ...plainFile(`PaxHeaders.0/${base}`.slice(0, NAME_BYTES), sizeBytes), typeFlag: 'x' }
}

function paxRecords(item: TarItem): Buffer[] {
  const records: Buffer[] = []
  const add = (key: string, value: string | Buffer): void => {
    records.push(paxRecord(key, typeof value === 'string' ? Buffer.from(value, 'latin1') : value))
  }
  if (item.name.length > NAME_BYTES) add('path', item.name)
  if (item.linkName.length > NAME_BYTES) add('linkpath', item.linkName)
  if (item.sizeBytes > MAX_SIZE) add('size', `${item.sizeBytes}`)
  if (item.uid > MAX_ID) add('uid', `${item.uid}`)
  if (item.gid > MAX_ID) add('gid', `${item.gid}`)
  const mtimeS = Math.floor(item.mtimeS)
  if (mtimeS < 0 || mtimeS > MAX_SIZE) add('mtime', `${mtimeS}`)
  for (const name of [...item.xattrs.keys()].sort()) {
    const value = item.xattrs.get(name)
    // A name with "=" would end at it.
    if (value && !name.includes('=')) add(`SCHILY.xattr.${name}`, value)
  }
  return records
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits too. */
function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`, 'latin1'), value, Buffer.from('\n')])
  let length = rest.length
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length
  return Buffer.concat([Buffer.from(`${length}`), rest])
}

function block(item: TarItem & { readonly typeFlag?: string }): Buffer {
  const bytes = Buffer.alloc(BLOCK)
  const mtimeS = Math.floor(item.mtimeS)
  bytes.write(item.name.slice(0, NAME_BYTES), 0, 'latin1')
  octal(bytes, item.mode & 0o7777, { start: 100, width: 8 })
  octal(bytes, fitting(item.uid, MAX_ID), { start: 108, width: 8 })
  octal(bytes, fitting(item.gid, MAX_ID), { start: 116, width: 8 })
  octal(bytes, fitting(item.sizeBytes, MAX_SIZE), { start: 124, width: 12 })
  octal(bytes, fitting(mtimeS, MAX_SIZE), { start: 136, width: 12 })
  bytes.write(item.typeFlag ?? TYPE_FLAGS[item.type], 156, 'latin1')
  bytes.write(item.linkName.slice(0, NAME_BYTES), 157, 'latin1')
  bytes.write('ustar\x0000', 257, 'latin1')
  octal(bytes, fitting(item.device?.major ?? 0, MAX_ID), { start: 329, width: 8 })
  octal(bytes, fitting(item.device?.minor ?? 0, MAX_ID), { start: 337, width: 8 })
  bytes.fill(0x20, 148, 156)
  let sum = 0
  for (const byte of bytes) sum += byte
  octal(bytes, sum, { start: 148, width: 7 })
  return bytes
}

/** What does not fit is in the pax header. */
function fitting(value: number, max: number): number {
  return value >= 0 && value <= max ? value : 0
}

function octal(
  bytes: Buffer,
  value: number,
  { start, width }: { readonly start: number; readonly width: number },
): void {
  bytes.write(`${value.toString(8).padStart(width - 1, '0')}\0`, start, 'latin1')
}
