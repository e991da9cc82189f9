import type { Namespace } from './namespaces.ts'

export const TYPES = { A: 1, PTR: 12, MX: 15, AAAA: 28, ANY: 255 } as const

/** A query of one question, as it is sent. Source: RFC 1035, section 4. */
export function queryOf(
  name: string,
  type: keyof typeof TYPES,
  options: { id?: number; ednsSize?: number } = {},
): Buffer {
  const header = Buffer.alloc(12)
  header.writeUInt16BE(options.id ?? 0x1234, 0)
  header[2] = 1
  header[5] = 1
  header[11] = options.ednsSize ? 1 : 0
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')])
  const opt = options.ednsSize ? [0, 0, 41, options.ednsSize >> 8, options.ednsSize & 255, 0, 0, 0, 0, 0, 0] : []
  return Buffer.from([...header, ...labels, 0, 0, TYPES[type], 0, 1, ...opt])
}

export interface Answer {
  readonly rcode: number
  readonly isCut: boolean
  readonly records: readonly string[]
  readonly ttls: readonly number[]
}

/** An answer whose records name the question's name by a pointer, as all do that we see. */
export function parseAnswer(message: Buffer): Answer {
  const records: string[] = []
  const ttls: number[] = []
  let at = 12
  if (message.readUInt16BE(4) === 1) at = skipName(message, at) + 4
  for (let left = message.readUInt16BE(6); left > 0; left--) {
    at = skipName(message, at)
    const type = message.readUInt16BE(at)
    const end = at + 10 + message.readUInt16BE(at + 8)
    ttls.push(message.readUInt32BE(at + 4))
    records.push(recordText(type, message.subarray(at + 10, end)))
    at = end
  }
  return { rcode: message.readUInt8(3) & 15, isCut: (message.readUInt8(2) & 2) !== 0, records, ttls }
}

function skipName(message: Buffer, at: number): number {
  for (let next = at; ; next += message.readUInt8(next) + 1) {
    if (message.readUInt8(next) === 0) return next + 1
    if (message.readUInt8(next) >= 0xc0) return next + 2
  }
}

function recordText(type: number, data: Buffer): string {
  if (type === TYPES.A) return [...data].join('.')
  if (type === TYPES.AAAA) return data.toString('hex').replaceAll(/(....)(?!$)/g, '$1:')
  const labels: string[] = []
  for (let at = 0; data[at]; at += (data[at] ?? 0) + 1)
    labels.push(data.toString('latin1', at + 1, at + 1 + (data[at] ?? 0)))
  return labels.join('.')
}

interface Exchange {
  readonly server: string
  readonly tcp?: boolean
  readonly patienceMs?: number
  /** how many answers are waited for, where not all are to be answered */
  readonly answers?: number
}

/** Sends messages from one socket in the namespace, and resolves with as many answers, or so many; fewer where they do not come in time. */
export async function exchange(from: Namespace, messages: readonly Buffer[], options: Exchange): Promise<Buffer[]> {
  const argument = {
    patienceMs: 8000,
    tcp: false,
    answers: messages.length,
    ...options,
    messages: messages.map((message) => message.toString('hex')),
  }
  const answers = await from.run(
    ({ server, tcp, patienceMs, answers, messages }) =>
      new Promise<string[]>((resolve, reject) => {
        const heard: string[] = []
        const packets = messages.map((message) => Buffer.from(message, 'hex'))
        const finish = (close: () => void) => () => {
          clearTimeout(timer)
          close()
          resolve(heard)
        }
        let timer: NodeJS.Timeout
        if (tcp) {
          const socket = process.getBuiltinModule('node:net').connect(53, server)
          let bytes = Buffer.alloc(0)
          const done = finish(() => socket.destroy())
          timer = setTimeout(done, patienceMs)
          socket.on('error', reject).on('close', done)
          socket.on('data', (chunk) => {
            bytes = Buffer.concat([bytes, chunk])
            while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE()) {
              heard.push(bytes.toString('hex', 2, 2 + bytes.readUInt16BE()))
              bytes = bytes.subarray(2 + bytes.readUInt16BE())
            }
            if (heard.length === answers) done()
          })
          for (const packet of packets)
            socket.write(Buffer.concat([Buffer.from([packet.length >> 8, packet.length & 255]), packet]))
          return
        }
        const socket = process.getBuiltinModule('node:dgram').createSocket(server.includes(':') ? 'udp6' : 'udp4')
        const done = finish(() => socket.close())
        timer = setTimeout(done, patienceMs)
        socket.on('error', reject)
        socket.on('message', (message) => {
          heard.push(message.toString('hex'))
          if (heard.length === answers) done()
        })
        for (const packet of packets) socket.send(packet, 53, server)
      }),
    argument,
  )
  return answers.map((answer) => Buffer.from(answer, 'hex'))
}

/** The records of one answer, or `rcode N`. */
export async function lookUp(
  from: Namespace,
  name: string,
  type: keyof typeof TYPES = 'A',
  options: Partial<Exchange> = {},
): Promise<readonly string[] | string> {
  const [answer] = await exchange(from, [queryOf(name, type)], { server: '10.89.1.1', ...options })
  if (!answer) return 'silence'
  const { rcode, records } = parseAnswer(answer)
  return rcode ? `rcode ${rcode}` : [...records].sort()
}
