/** Locally administered, of one device. Source: IEEE 802, section 8. */
const LOCAL = 0x02
const GROUP = 0x01

/**
 * `02:42:0a:59:00:02`, in lower case; undefined for what is none, or is of several devices, or is zero.
 */
export function parseMac(text: string): string | undefined {
  if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text)) return undefined
  const mac = text.toLowerCase().replaceAll('-', ':')
  const isGroup = (Number.parseInt(mac.slice(0, 2), 16) & GROUP) !== 0
  return isGroup || mac === '00:00:00:00:00:00' ? undefined : mac
}

/** That of the interface with this address of version 4, as docker has it: who knows one knows the other. */
export function macOfAddress(value: bigint): string {
  const bytes = [LOCAL, 0x42, ...[24n, 16n, 8n, 0n].map((shift) => Number((value >> shift) & 0xffn))]
  return bytes.map(hexOf).join(':')
}

/** One made of six bytes at random. */
export function macOfBytes(bytes: Uint8Array): string {
  const [first = 0, ...rest] = bytes.subarray(0, 6)
  return [(first & ~GROUP) | LOCAL, ...rest].map(hexOf).join(':')
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
