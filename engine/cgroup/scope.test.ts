import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DbusMessage, decodeMessage } from './dbus/decode.ts'
import { type DbusWriter, written } from './dbus/encode.ts'
import { startScope } from './scope.ts'

const unit = 'tspod-abc.scope'
const scope = { unit, description: 'a test', pid: 4242 }

let directory: string
let server: Server | undefined
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tspod-scope-'))
})
afterEach(() => {
  server?.close()
  rmSync(directory, { recursive: true })
})

interface Heard {
  readonly auth: string
  readonly call: DbusMessage
  readonly bytes: Buffer
}

/** Answers the greeting with `greeting`, and the first call with `answer`. */
async function manager(answer: (socket: Socket) => void, greeting = 'OK 0123456789abcdef\r\n') {
  const heard: Heard[] = []
  const socketPath = join(directory, 'private')
  server = createServer((socket) => {
    let received = Buffer.alloc(0)
    let auth = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (auth === '' && received.includes('\r\n')) {
        auth = received.toString('latin1', 0, received.indexOf('\r\n'))
        received = received.subarray(received.indexOf('\r\n') + 2)
        socket.write(greeting)
      }
      const begin = received.indexOf('BEGIN\r\n')
      const call = begin === 0 ? decodeMessage(received.subarray(7)) : undefined
      if (!call) return
      heard.push({ auth, call: call.message, bytes: received.subarray(7, 7 + call.size) })
      received = Buffer.alloc(0)
      answer(socket)
    })
  })
  await new Promise<void>((resolve) => server?.listen(socketPath, resolve))
  return { heard, manager: { socket: socketPath, uid: 1000 } }
}

/** A message as a manager sends it: header fields are code, signature and value. */
function message(type: number, fields: readonly [number, string, string | number][], signature: string, body: Buffer) {
  const header = written((writer) => {
    for (const byte of [0x6c, type, 1, 1]) writer.byte(byte)
    writer.uint32(body.length)
    writer.uint32(99)
    writer.array(8, () => {
      for (const [code, kind, value] of [...fields, [8, 'g', signature] as const]) {
        writer.struct(() => {
          writer.byte(code)
          writer.variant(kind, () => {
            if (typeof value === 'number') writer.uint32(value)
            else if (kind === 'g') writer.signature(value)
            else writer.string(value)
          })
        })
      }
    })
  })
  return Buffer.concat([header, Buffer.alloc(-header.length & 7), body])
}

const reply = message(
  2,
  [[5, 'u', 1]],
  'o',
  written((writer) => writer.string('/job/1')),
)

function jobRemoved(name: string, result: string): Buffer {
  const body = written((writer) => {
    writer.uint32(1)
    for (const text of ['/job/1', name, result]) writer.string(text)
  })
  return message(
    4,
    [
      [1, 'o', '/org/freedesktop/systemd1'],
      [3, 's', 'JobRemoved'],
    ],
    'uoss',
    body,
  )
}

describe('startScope', () => {
  test('asks for a delegated scope around the process, as the user', async () => {
    const { heard, manager: to } = await manager((socket) =>
      socket.write(Buffer.concat([reply, jobRemoved(unit, 'done')])),
    )
    await startScope(to, scope)
    expect(heard[0]?.auth).toBe(`\0AUTH EXTERNAL ${Buffer.from('1000').toString('hex')}`)
    expect(heard[0]?.call).toMatchObject({ member: 'StartTransientUnit', body: [unit, 'fail'] })
    const property = (name: string, signature: string, content: (writer: DbusWriter) => void) =>
      // as an element of an array of structs, which begins on a multiple of eight
      written((writer) => {
        writer.string(name)
        writer.variant(signature, () => content(writer))
      })
    for (const expected of [
      property('PIDs', 'au', (writer) => writer.array(4, () => writer.uint32(4242))),
      property('Delegate', 'b', (writer) => writer.boolean(true)),
      property('TasksMax', 't', (writer) => writer.uint64(2n ** 64n - 1n)),
    ]) {
      expect(heard[0]?.bytes.includes(expected)).toBe(true)
    }
  })

  test('takes the end of the job before the answer, in pieces, and not that of another', async () => {
    const bytes = Buffer.concat([jobRemoved('other.scope', 'failed'), jobRemoved(unit, 'done'), reply])
    const { manager: to } = await manager((socket) => {
      for (let offset = 0; offset < bytes.length; offset += 10) socket.write(bytes.subarray(offset, offset + 10))
    })
    await expect(startScope(to, scope)).resolves.toBeUndefined()
  })

  test('fails where the scope does', async () => {
    const { manager: to } = await manager((socket) => socket.write(Buffer.concat([reply, jobRemoved(unit, 'failed')])))
    await expect(startScope(to, scope)).rejects.toMatchObject({
      code: 'E_SCOPE',
      message: expect.stringContaining('failed'),
    })
  })

  test('passes on what systemd has against it', async () => {
    const body = written((writer) => writer.string('Unit exists already.'))
    const refusal = message(
      3,
      [
        [4, 's', 'org.freedesktop.systemd1.UnitExists'],
        [5, 'u', 1],
      ],
      's',
      body,
    )
    const { manager: to } = await manager((socket) => socket.write(refusal))
    await expect(startScope(to, scope)).rejects.toMatchObject({
      code: 'E_DBUS',
      message: 'StartTransientUnit: Unit exists already.',
    })
  })

  test('fails where nobody listens', async () => {
    const nobody = { socket: join(directory, 'nobody'), uid: 1000 }
    await expect(startScope(nobody, scope)).rejects.toMatchObject({ code: 'E_DBUS' })
  })

  test('fails where it is not let in', async () => {
    const { manager: to } = await manager(() => {}, 'REJECTED EXTERNAL\r\n')
    await expect(startScope(to, scope)).rejects.toMatchObject({
      code: 'E_DBUS',
      message: expect.stringContaining('REJECTED'),
    })
  })

  test('fails where the connection ends, or is silent for too long', async () => {
    const { manager: to } = await manager((socket) => socket.end())
    await expect(startScope(to, scope)).rejects.toMatchObject({ code: 'E_DBUS' })
    server?.close()
    const silent = await manager(() => {})
    await expect(startScope(silent.manager, { ...scope, timeoutMs: 30 })).rejects.toThrow('no answer within 0.03 s')
  })
})
