/** Locally administered, of one device. Source: IEEE 802, section 8. */
const LOCAL = 0x02
const GROUP = 0x01
const DOCKERS = 0x42

/** `02:42:0a:59:00:02`, in lower case; undefined for what is none, or stands for several devices, or is zero. */
export function parseMac(text: string): string | undefined {
  if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text)) return undefined
  const mac = text.toLowerCase().replaceAll('-', ':')
  const isGroup = (Number.parseInt(mac.slice(0, 2), 16) & GROUP) !== 0
  return isGroup || mac === '00:00:00:00:00:00' ? undefined : mac
}

/**
 * That of the interface with this address, as docker has it: who knows one knows the other. Where
 * another one has it, the next one.
 */
export function macOfAddress(value: bigint, taken: ReadonlySet<string>): string {
  const end = [24n, 16n, 8n, 0n].map((shift) => Number((value >> shift) & 0xffn))
  for (let second = DOCKERS; ; second = (second + 1) & 0xff) {
    const mac = [LOCAL, second, ...end].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
    if (!taken.has(mac)) return mac
  }
}
