/** Puts values one behind the other, each aligned as its type asks. Source: D-Bus Specification, "Marshaling". */
export interface DbusWriter {
  byte(value: number): void
  boolean(value: boolean): void
  uint32(value: number): void
  uint64(value: bigint): void
  /** a string, or an object path */
  string(value: string): void
  signature(value: string): void
  /** `alignment` is that of the elements; `content` writes them */
  array(alignment: 1 | 4 | 8, content: () => void): void
  struct(content: () => void): void
  variant(signature: string, content: () => void): void
}

export interface DbusCall {
  readonly serial: number
  readonly path: string
  readonly interface: string
  readonly member: string
  /** of the body; '' where there is none */
  readonly signature: string
  readonly body: (writer: DbusWriter) => void
}

/** Source: D-Bus Specification, "Message Protocol". */
const METHOD_CALL = 1
const HEADER_FIELD = { path: 1, interface: 2, member: 3, signature: 8 } as const

/** A method call, little-endian, without a destination: for the other end of a direct connection. */
export function encodeCall(call: DbusCall): Buffer {
  const body = written(call.body)
  const header = written((writer) => {
    for (const value of ['l'.charCodeAt(0), METHOD_CALL, 0, 1]) writer.byte(value)
    writer.uint32(body.length)
    writer.uint32(call.serial)
    writer.array(8, () => {
      field(HEADER_FIELD.path, 'o', () => writer.string(call.path))
      field(HEADER_FIELD.interface, 's', () => writer.string(call.interface))
      field(HEADER_FIELD.member, 's', () => writer.string(call.member))
      if (call.signature) field(HEADER_FIELD.signature, 'g', () => writer.signature(call.signature))
    })

    function field(code: number, signature: string, content: () => void): void {
      writer.struct(() => {
        writer.byte(code)
        writer.variant(signature, content)
      })
    }
  })
  return Buffer.concat([header, Buffer.alloc(-header.length & 7), body])
}

/** What `content` writes, from an offset that is a multiple of eight. */
export function written(content: (writer: DbusWriter) => void): Buffer {
  const bytes: number[] = []
  content(writerInto(bytes))
  return Buffer.from(bytes)
}

function writerInto(bytes: number[]): DbusWriter {
  const align = (to: number) => {
    while (bytes.length % to !== 0) bytes.push(0)
  }
  const uint = (value: bigint, size: number) => {
    align(size)
    for (let shift = 0n; shift < size * 8; shift += 8n) bytes.push(Number((value >> shift) & 255n))
  }
  const writer: DbusWriter = {
    byte: (value) => void bytes.push(value),
    boolean: (value) => writer.uint32(value ? 1 : 0),
    uint32: (value) => uint(BigInt(value), 4),
    uint64: (value) => uint(value, 8),
    string(value) {
      const text = Buffer.from(value)
      writer.uint32(text.length)
      bytes.push(...text, 0)
    },
    signature(value) {
      bytes.push(value.length, ...Buffer.from(value, 'latin1'), 0)
    },
    array(alignment, content) {
      writer.uint32(0)
      const lengthAt = bytes.length - 4
      align(alignment)
      const start = bytes.length
      content()
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes.length - start)
      bytes.splice(lengthAt, 4, ...length)
    },
    struct(content) {
      align(8)
      content()
    },
    variant(signature, content) {
      writer.signature(signature)
      content()
    },
  }
  return writer
}
