/** Flags of a message. Source: netlink(7). ACK: the kernel answers it in any case. */
export const NLM = { request: 1, ack: 4, replace: 0x100, exclusive: 0x200, create: 0x400 } as const

/** Marks an attribute that holds attributes. Source: include/uapi/linux/netlink.h */
export const NESTED = 0x8000

const ALIGNMENT = 4
const HEADER_SIZE = 16

/** Numbers are those of the machine, which is little-endian: x86-64 or arm64. */
export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, 4 * index)
  return bytes
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index)
  return bytes
}

export function u8(...values: readonly number[]): Buffer {
  return Buffer.from(values)
}

/** A string with the NUL that the kernel wants. */
export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`)
}

/**
 * Length, type and value, padded. Attributes of attributes are given as several values.
 * Source: rtnetlink(3), netlink(7)
 */
export function attribute(type: number, ...values: readonly Buffer[]): Buffer {
  const value = Buffer.concat(values)
  return padded(Buffer.concat([u16(4 + value.length, type), value]))
}

/** @param parts the fixed part of the message's type, and its attributes: all of a size that needs no padding */
export function message(type: number, flags: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([u32(HEADER_SIZE + body.length), u16(type, flags | NLM.request | NLM.ack), u32(0, 0), body])
}

/** As the launcher's operation `netlink` takes messages. */
export function toHex(...messages: readonly Buffer[]): string {
  return Buffer.concat(messages).toString('hex')
}

function padded(bytes: Buffer): Buffer {
  const rest = bytes.length % ALIGNMENT
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(ALIGNMENT - rest)])
}
