/** An address of the internet protocol. */
export interface Address {
  readonly family: 4 | 6
  readonly value: bigint
}

/** Bits of an address. */
export const BITS = { 4: 32, 6: 128 } as const

/** The longest text that is one: eight groups, the last two of them as version 4. Source: RFC 4291, section 2.2. */
const MAX_LENGTH = 45

/**
 * An address as it is written, without a zone; undefined for anything else. A number with a zero
 * before it is none: some take it for octal.
 *
 * Source: RFC 4291, section 2.2; inet_pton(3).
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const value = text.includes(':') ? parseSix(text) : parseFour(text)
  return value === undefined ? undefined : { family: text.includes(':') ? 6 : 4, value }
}

function parseFour(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined
  }
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n)
}

function parseSix(text: string): bigint | undefined {
  const whole = withGroupsAlone(text)
  if (whole === undefined) return undefined
  const halves = whole.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  // `::` stands for one group at least.
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n)
}

/** `::ffff:192.0.2.1` is `::ffff:c000:201`. */
function withGroupsAlone(text: string): string | undefined {
  if (!text.includes('.')) return text
  const at = text.lastIndexOf(':') + 1
  const four = parseFour(text.slice(at))
  if (four === undefined) return undefined
  return `${text.slice(0, at)}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`
}

/** As it is written: the shortest form, in lower case. Source: RFC 5952, section 4. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(16 * (7 - index))) & 0xffffn).toString(16))
  const { start, length } = longestZeros(groups)
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}

/** The first of the longest runs of groups that are zero. */
function longestZeros(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === '0') length++
    if (length > best.length) best = { start, length }
  }
  return best
}
