import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '../engine.ts'
import { type LogOptions, readLogs } from './logs.ts'

const TIME = '2026-01-01T00:00:01.000000000+00:00'
const line = (text: string) => `${TIME} stdout F ${text}\n`

let directory: string
let log: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logs-'))
  mkdirSync(join(directory, 'run'))
  log = join(directory, 'ctr.log')
})
afterEach(() => rmSync(directory, { recursive: true }))

/** As much of an engine as logs need. */
function engine(): Engine {
  return {
    storage: { containers: { resolve: () => ({ id: 'box' }) } },
    runDir: () => join(directory, 'run'),
    containerDir: () => directory,
  } as unknown as Engine
}

/** Reads in the background; `until` resolves once that much has been seen. */
function read(options: LogOptions) {
  let text = ''
  let wake = () => {}
  const sink = (chunk: Uint8Array) => {
    text += Buffer.from(chunk).toString()
    wake()
  }
  const done = readLogs(engine(), 'box', options, { stdout: sink, stderr: sink })
  const until = async (wanted: string) => {
    while (text !== wanted) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return { done, until, text: () => text }
}

test('what there is', async () => {
  writeFileSync(log, line('one') + line('two'))
  const reader = read({})
  await reader.done
  expect(reader.text()).toBe('one\ntwo\n')
})

test('the tail, and times before and after', async () => {
  writeFileSync(log, line('one') + line('two'))
  const tail = read({ tail: 1 })
  await tail.done
  expect(tail.text()).toBe('two\n')
  const late = read({ sinceMs: Date.parse('2026-01-01T00:00:02Z') })
  await late.done
  expect(late.text()).toBe('')
  const early = read({ untilMs: Date.parse('2026-01-01T00:00:02Z'), timestamps: true, tail: 1 })
  await early.done
  expect(early.text()).toBe(`${TIME} two\n`)
})

test('a container that never ran has said nothing', async () => {
  const reader = read({})
  await reader.done
  expect(reader.text()).toBe('')
})

test('following goes on until the monitor says the end, and misses nothing', async () => {
  writeFileSync(log, line('one'))
  const { server, connected } = await monitor()
  const reader = read({ follow: true })
  await reader.until('one\n')
  const socket = await connected
  appendFileSync(log, line('two'))
  await reader.until('one\ntwo\n')
  appendFileSync(log, line('last'))
  socket.end()
  server.close()
  await reader.done
  expect(reader.text()).toBe('one\ntwo\nlast\n')
})

test('following a container that has ended ends at once', async () => {
  writeFileSync(log, line('one'))
  writeFileSync(join(directory, 'run/record'), 'exited 0 1 2\n')
  const reader = read({ follow: true })
  await reader.done
  expect(reader.text()).toBe('one\n')
})

/** Stands in for the launcher's end of the socket, which it closes when the container has ended. */
async function monitor(): Promise<{ server: Server; connected: Promise<Socket> }> {
  const server = createServer()
  const connected = new Promise<Socket>((resolve) => server.once('connection', resolve))
  await new Promise<void>((resolve) => server.listen(join(directory, 'run/control'), resolve))
  return { server, connected }
}
