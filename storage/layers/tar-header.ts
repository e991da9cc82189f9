import { badLayer } from './errors.ts'

export const BLOCK = 512

/** The fields of one 512-byte header block. Source: tar(5) of libarchive; POSIX pax(1), "ustar Interchange Format". */
export interface TarHeader {
  readonly typeFlag: string
  readonly name: string
  readonly linkName: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly sizeBytes: number
  readonly mtimeS: number
}

/** @throws {TspodError} E_LAYER_INVALID: checksum or numbers are wrong */
export function parseHeader(block: Buffer): TarHeader {
  verifyChecksum(block)
  const name = text(block, 0, 100)
  return {
    typeFlag: block[156] === 0 ? '0' : block.toString('latin1', 156, 157),
    name: isUstar(block) ? withPrefix(block, name) : name,
    linkName: text(block, 157, 257),
    mode: number(block, 100, 108) & 0o7777,
    uid: id(block, 108),
    gid: id(block, 116),
    sizeBytes: size(block),
    mtimeS: number(block, 136, 148),
  }
}

export function isZeroBlock(block: Buffer): boolean {
  for (let at = 0; at < BLOCK; at++) if (block[at] !== 0) return false
  return true
}

// GNU's magic is "ustar " and it has other things where POSIX has the prefix.
function isUstar(block: Buffer): boolean {
  return block.toString('latin1', 257, 263) === 'ustar\0'
}

function withPrefix(block: Buffer, name: string): string {
  // "tar\0" at the end: Schilling's star, whose prefix is shorter.
  const prefix = text(block, 345, block.toString('latin1', 508, 512) === 'tar\0' ? 476 : 500)
  return prefix === '' ? name : `${prefix}/${name}`
}

function text(block: Buffer, start: number, end: number): string {
  const nul = block.indexOf(0, start)
  return block.toString('latin1', start, nul >= 0 && nul < end ? nul : end)
}

function verifyChecksum(block: Buffer): void {
  let unsigned = 0
  let signed = 0
  for (let at = 0; at < BLOCK; at++) {
    const byte = at >= 148 && at < 156 ? 32 : (block[at] ?? 0)
    unsigned += byte
    signed += byte > 127 ? byte - 256 : byte
  }
  const stored = number(block, 148, 156)
  // Some old tars summed signed characters.
  if (stored !== unsigned && stored !== signed) throw badLayer('a header has a wrong checksum')
}

function size(block: Buffer): number {
  const value = number(block, 124, 136)
  if (value < 0) throw badLayer('an entry has a negative size')
  return value
}

function id(block: Buffer, start: number): number {
  return validId(number(block, start, start + 8))
}

/** A user or group id; -1 is the one that chown(2) does not take. */
export function validId(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= 0xffffffff) throw badLayer(`the id ${value} is out of range`)
  return value
}

/** Octal, or with the first bit set a binary number (GNU). */
function number(block: Buffer, start: number, end: number): number {
  const first = block[start] ?? 0
  if (first & 0x80) return binaryNumber(block, start, end)
  const digits = block.toString('latin1', start, end).replace(/^[ \0]+/, '')
  const octal = /^[0-7]*/.exec(digits)?.[0] ?? ''
  const behind = digits[octal.length]
  if (behind !== undefined && behind !== ' ' && behind !== '\0') throw badLayer('a number in a header is not octal')
  return octal === '' ? 0 : Number.parseInt(octal, 8)
}

function binaryNumber(block: Buffer, start: number, end: number): number {
  // 0x80 stands for a positive number, 0xff for a negative one in two's complement.
  let value = BigInt((block[start] ?? 0) & 0x7f)
  for (let at = start + 1; at < end; at++) value = (value << 8n) | BigInt(block[at] ?? 0)
  const bits = BigInt((end - start) * 8 - 1)
  const result = Number(BigInt.asIntN(Number(bits), value))
  if (!Number.isSafeInteger(result)) throw badLayer('a number in a header is out of range')
  return result
}
