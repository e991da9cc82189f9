import { TspodError } from '../../../base/errors.ts'

/** As much of a message as its receiver needs. Source: D-Bus Specification, "Message Protocol". */
export interface DbusMessage {
  readonly type: number
  readonly member: string
  readonly errorName: string
  /** 0 where it answers nothing */
  readonly replySerial: number
  /** the leading values that are strings or 32-bit numbers; what comes behind another type is left out */
  readonly body: readonly (string | number)[]
}

export const MESSAGE = { methodReturn: 2, error: 3, signal: 4 } as const

/** Far above anything a manager says to us; the protocol itself would allow 128 MiB. */
const MAX_BYTES = 1 << 20
const FIXED_BYTES = 16
const FIELD = { member: 3, errorName: 4, replySerial: 5, signature: 8 } as const

/**
 * The message at the beginning of `bytes`, and how long it is; `undefined` where it has not all come yet.
 *
 * @throws {TspodError} E_DBUS: not a message, or one that is too large
 */
export function decodeMessage(bytes: Buffer): { message: DbusMessage; size: number } | undefined {
  if (bytes.length < FIXED_BYTES) return undefined
  if (bytes[0] !== 0x6c || bytes[3] !== 1) throw malformed('not little-endian, or another version')
  const fieldsEnd = FIXED_BYTES + bytes.readUInt32LE(12)
  const bodyStart = Math.ceil(fieldsEnd / 8) * 8
  const size = bodyStart + bytes.readUInt32LE(4)
  if (size > MAX_BYTES) throw malformed('too large')
  if (bytes.length < size) return undefined
  const fields = readFields(bytes.subarray(0, fieldsEnd))
  const text = (code: number) => String(fields.get(code) ?? '')
  return {
    message: {
      type: bytes[1] ?? 0,
      member: text(FIELD.member),
      errorName: text(FIELD.errorName),
      replySerial: Number(fields.get(FIELD.replySerial) ?? 0),
      body: readBody(text(FIELD.signature), bytes.subarray(bodyStart, size)),
    },
    size,
  }
}

function readFields(header: Buffer): Map<number, string | number> {
  const reader = new Reader(header, FIXED_BYTES)
  const fields = new Map<number, string | number>()
  while (reader.left > 0) {
    reader.align(8)
    const code = reader.byte()
    const type = reader.signature()
    const value = reader.value(type)
    if (value === undefined) throw malformed(`a header field of type ${type}`)
    fields.set(code, value)
  }
  return fields
}

function readBody(signature: string, body: Buffer): (string | number)[] {
  const reader = new Reader(body, 0)
  const values: (string | number)[] = []
  for (const type of signature) {
    const value = reader.value(type)
    if (value === undefined) break
    values.push(value)
  }
  return values
}

/** Reads values in turn; offsets count from the beginning of the buffer. */
class Reader {
  readonly #bytes: Buffer
  #offset: number

  constructor(bytes: Buffer, offset: number) {
    this.#bytes = bytes
    this.#offset = offset
  }

  get left(): number {
    return this.#bytes.length - this.#offset
  }

  align(to: number): void {
    this.#offset = Math.ceil(this.#offset / to) * to
  }

  byte(): number {
    return this.#take(1).readUInt8()
  }

  signature(): string {
    return this.#text(this.byte())
  }

  /** `undefined` for a type that this reader does not know. */
  value(type: string): string | number | undefined {
    switch (type) {
      case 'u':
        return this.#uint32()
      case 's':
      case 'o':
        return this.#text(this.#uint32())
      case 'g':
        return this.signature()
      default:
        return undefined
    }
  }

  #uint32(): number {
    this.align(4)
    return this.#take(4).readUInt32LE()
  }

  #text(length: number): string {
    return this.#take(length + 1).toString('utf8', 0, length)
  }

  #take(count: number): Buffer {
    if (count > this.left) throw malformed('cut off')
    const bytes = this.#bytes.subarray(this.#offset, this.#offset + count)
    this.#offset += count
    return bytes
  }
}

function malformed(what: string): TspodError {
  return new TspodError('E_DBUS', `a D-Bus message cannot be read: ${what}`)
}
