/** For tests: makes tars, honest and not, byte by byte. */
export interface TarItem {
  readonly name: string
  /** a letter of the header; '0' where not given */
  readonly type?: string
  readonly data?: Uint8Array | string
  readonly linkName?: string
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
  readonly mtimeS?: number
  /** what the header says, when that is not the truth */
  readonly sizeBytes?: number
  readonly badChecksum?: boolean
  /** records of a pax header before the entry; bytes as Latin-1 */
  readonly pax?: Readonly<Record<string, string>>
}

const BLOCK = 512

export function tar(items: readonly TarItem[], options: { readonly end?: boolean } = {}): Buffer {
  const end = options.end === false ? [] : [Buffer.alloc(2 * BLOCK)]
  return Buffer.concat([...items.flatMap(blocks), ...end])
}

function blocks(item: TarItem): Buffer[] {
  const data = typeof item.data === 'string' ? Buffer.from(item.data, 'latin1') : Buffer.from(item.data ?? [])
  const own = [header(item, data.length), padded(data)]
  if (!item.pax) return own
  const records = Buffer.concat(Object.entries(item.pax).map(([key, value]) => paxRecord(key, value)))
  return [...blocks({ name: 'pax', type: 'x', data: records }), ...own]
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits too. */
export function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`
  let length = rest.length + 1
  while (`${length}${rest}`.length !== length) length = `${length}${rest}`.length
  return Buffer.from(`${length}${rest}`, 'latin1')
}

/** A GNU header for a name too long for its field: type L for names, K for links. */
export function gnuLong(type: 'L' | 'K', name: string): TarItem {
  return { name: '././@LongLink', type, data: `${name}\0` }
}

function header(item: TarItem, dataBytes: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, start: number, width: number): void => {
    if (value >= 0 && value < 8 ** (width - 1)) {
      block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, start, 'latin1')
    } else {
      block.writeBigInt64BE(BigInt(value), start + width - 8)
      if (value < 0) block.fill(0xff, start, start + width - 8)
      block[start] = value < 0 ? 0xff : (block[start] ?? 0) | 0x80
    }
  }
  block.write(item.name, 0, 100, 'latin1')
  octal(item.mode ?? (item.type === '5' ? 0o755 : 0o644), 100, 8)
  octal(item.uid ?? 0, 108, 8)
  octal(item.gid ?? 0, 116, 8)
  octal(item.sizeBytes ?? dataBytes, 124, 12)
  octal(item.mtimeS ?? 0, 136, 12)
  block.write(item.type ?? '0', 156, 1, 'latin1')
  block.write(item.linkName ?? '', 157, 100, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  block.fill(0x20, 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0) + (item.badChecksum ? 1 : 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)])
}
