import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startChild } from '../base/child.ts'
import { type Locks, openLocks } from './locks.ts'

let directory: string
let locks: Locks

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tspod-locks-'))
  locks = openLocks(directory)
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('one holds a lock at a time, and the next gets it when it is given back', async () => {
  const order: string[] = []
  const first = await locks.acquire('layer', 'a')
  const second = locks.acquire('layer', 'a').then((lock) => {
    order.push('second')
    return lock
  })
  expect(locks.tryAcquire('layer', 'a')).toBeUndefined()
  order.push('first')
  first[Symbol.dispose]()
  await using _second = await second
  expect(order).toEqual(['first', 'second'])
})

test('locks of other kinds and keys do not meet, even where a key is no file name', async () => {
  await using _a = await locks.acquire('layer', 'a', { timeoutMs: 0 })
  await using _b = await locks.acquire('blob', 'a', { timeoutMs: 0 })
  await using _c = await locks.acquire('layer', '../a', { timeoutMs: 0 })
  await using _d = await locks.acquire('layer', '../b', { timeoutMs: 0 })
  expect(locks.tryAcquire('layer', '../a')).toBeUndefined()
})

test('several share a lock, and whoever wants it alone waits', async () => {
  const one = await locks.acquire('storage', 'content', { shared: true })
  await using _two = await locks.acquire('storage', 'content', { shared: true, timeoutMs: 0 })
  one[Symbol.dispose]()
  expect(locks.tryAcquire('storage', 'content')).toBeUndefined()
})

test('waiting ends with an error that names the holder, or with its signal', async () => {
  await using _held = await locks.acquire('layer', 'a', { doing: 'fetching it' })
  const failure = {
    code: 'E_LOCK_TIMEOUT',
    message: expect.stringContaining(`process ${process.pid} holds it (fetching it)`),
  }
  await expect(locks.acquire('layer', 'a', { timeoutMs: 5 })).rejects.toMatchObject(failure)
  const signal = AbortSignal.abort()
  await expect(locks.acquire('layer', 'a', { signal })).rejects.toMatchObject({ name: 'AbortError' })
})

test('a lock that is forgotten leaves no file, and who waited for it holds the new one alone', async () => {
  const first = await locks.acquire('container', 'a')
  const second = locks.acquire('container', 'a')
  locks.forget('container', 'a')
  first[Symbol.dispose]()
  await using _second = await second
  expect(locks.tryAcquire('container', 'a')).toBeUndefined()
  locks.forget('container', 'a')
  expect(readdirSync(directory)).toEqual([])
})

const HOLD = `
  const { openLocks } = await import(process.argv[1])
  await openLocks(process.argv[2]).acquire('layer', 'a', { doing: 'nothing' })
  process.stdout.write('held')
  setInterval(() => {}, 1000)
`

function startHolder(): ChildProcess {
  const module = new URL('./locks.ts', import.meta.url).href
  const argv = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', HOLD, module, directory]
  return startChild(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
}

test('another process holds a lock until it is killed', async () => {
  const holder = startHolder()
  const exited = once(holder, 'exit')
  if (!holder.stdout) throw new Error('no pipe to the holder')
  await once(holder.stdout, 'data')
  const failure = { code: 'E_LOCK_TIMEOUT', message: expect.stringContaining(`process ${holder.pid} holds it`) }
  await expect(locks.acquire('layer', 'a', { timeoutMs: 5 })).rejects.toMatchObject(failure)
  holder.kill('SIGKILL')
  await exited
  await using lock = await locks.acquire('layer', 'a', { timeoutMs: 0 })
  expect(lock).toBeDefined()
}, 30_000)
