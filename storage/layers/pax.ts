import { badLayer } from './errors.ts'
import { validId } from './tar-header.ts'

/** What a pax extended header says of the next entry. Source: POSIX pax(1), "pax Extended Header". */
export interface PaxFields {
  readonly path?: string
  readonly linkPath?: string
  readonly sizeBytes?: number
  readonly uid?: number
  readonly gid?: number
  readonly mtimeS?: number
  readonly isSparse?: boolean
  readonly xattrs: ReadonlyMap<string, Buffer>
}

export const MAX_PAX_BYTES = 1 << 20
const XATTR_PREFIX = 'SCHILY.xattr.'
const MAX_KEY_BYTES = 1024

/**
 * Reads the records `LENGTH KEY=VALUE\n` of a pax header. Values are bytes: an extended
 * attribute such as security.capability is binary, and a path need not be UTF-8.
 *
 * @throws {TspodError} E_LAYER_INVALID
 */
export function parsePax(bytes: Buffer): PaxFields {
  const xattrs = new Map<string, Buffer>()
  let fields: Omit<PaxFields, 'xattrs'> = {}
  for (let at = 0; at < bytes.length; ) {
    const { key, value, next } = readRecord(bytes, at)
    at = next
    if (key.startsWith(XATTR_PREFIX)) xattrs.set(key.slice(XATTR_PREFIX.length), Buffer.from(value))
    else fields = { ...fields, ...readField(key, value) }
  }
  return { ...fields, xattrs }
}

function readRecord(
  bytes: Buffer,
  at: number,
): { readonly key: string; readonly value: Buffer; readonly next: number } {
  const space = bytes.indexOf(0x20, at)
  const digits = space < 0 || space - at > 10 ? '' : bytes.toString('latin1', at, space)
  const end = /^[1-9][0-9]*$/.test(digits) ? at + Number(digits) : Number.NaN
  const equals = bytes.indexOf(0x3d, space)
  const isWhole = end <= bytes.length && equals > space && equals < end && bytes[end - 1] === 0x0a
  if (!isWhole || equals - space > MAX_KEY_BYTES) throw badLayer('a pax record is malformed')
  return { key: bytes.toString('latin1', space + 1, equals), value: bytes.subarray(equals + 1, end - 1), next: end }
}

// An empty value means the one of the ustar header.
function readField(key: string, value: Buffer): Omit<PaxFields, 'xattrs'> {
  const text = value.toString('latin1')
  switch (key) {
    case 'path':
      return text === '' ? {} : { path: withoutNul(text) }
    case 'linkpath':
      return text === '' ? {} : { linkPath: withoutNul(text) }
    case 'size':
      return text === '' ? {} : { sizeBytes: integer(key, text) }
    case 'uid':
      return text === '' ? {} : { uid: validId(integer(key, text)) }
    case 'gid':
      return text === '' ? {} : { gid: validId(integer(key, text)) }
    case 'mtime':
      return text === '' ? {} : { mtimeS: decimal(key, text) }
    default:
      return key.startsWith('GNU.sparse.') ? { isSparse: true } : {}
  }
}

function withoutNul(text: string): string {
  if (text.includes('\0')) throw badLayer('a name has a NUL in it')
  return text
}

function integer(key: string, text: string): number {
  const value = Number(text)
  if (!/^[0-9]{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw badLayer(`the pax ${key} is not a number`)
  return value
}

function decimal(key: string, text: string): number {
  if (!/^-?[0-9]{1,12}(?:\.[0-9]{0,30})?$/.test(text)) throw badLayer(`the pax ${key} is not a number`)
  return Number(text)
}
