import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { startChild } from '../../base/child.ts'
import { openTestStorage } from '../open-for-test.ts'
import { containerRow } from './container-row-for-test.ts'
import { openDatabase } from './database.ts'
import { openManifestListRows } from './manifest-lists.ts'
import { migrate } from './migrate.ts'
import { start } from './migrations/001-start.ts'
import { openVolumeRows } from './volumes.ts'

test('a container is found as it was put in, by id, name, or the beginning of its id', () => {
  using storage = openTestStorage()
  const [web, db] = [containerRow({ name: 'web' }), containerRow({ name: 'db', createdAtMs: 500 })]
  storage.containers.insert(web)
  storage.containers.insert(db)
  for (const ref of [web.id, 'web', web.id.slice(0, 3)]) expect(storage.containers.find(ref)).toEqual(web)
  expect(storage.containers.list()).toEqual([db, web])
  expect(storage.containers.find('none')).toBeUndefined()
  const missing = { code: 'E_CONTAINER_NOT_FOUND', message: 'no container none' }
  expect(() => storage.containers.resolve('none')).toThrow(expect.objectContaining(missing))
})

test('a name wins over the beginning of an id, and several beginnings are a question', () => {
  using storage = openTestStorage()
  const ids = ['aa1', 'aa2'].map((prefix) => prefix.padEnd(64, '0'))
  const [one, two] = ids.map((id, index) => containerRow({ id, name: `box${index}` }))
  for (const row of [one, two]) if (row) storage.containers.insert(row)
  expect(() => storage.containers.find('aa')).toThrow(expect.objectContaining({ code: 'E_AMBIGUOUS_REF' }))
  expect(storage.containers.find('aa2')).toEqual(two)
  const named = containerRow({ id: 'f'.repeat(64), name: 'aa' })
  storage.containers.insert(named)
  expect(storage.containers.find('aa')).toEqual(named)
  // A pattern is no beginning.
  expect(storage.containers.find('a*')).toBeUndefined()
})

test('a name that is taken names the holder', () => {
  using storage = openTestStorage()
  const web = containerRow()
  storage.containers.insert(web)
  const taken = { code: 'E_NAME_IN_USE', message: expect.stringContaining(web.id) }
  const insert = () => storage.containers.insert(containerRow({ id: 'e'.repeat(64) }))
  expect(insert).toThrow(expect.objectContaining(taken))
})

test('a pod and its first container come together or not at all, and a name stands for one of them', () => {
  using storage = openTestStorage()
  const { pods, containers } = storage
  const shop = { id: 'a'.repeat(64), name: 'shop', createdAtMs: 5, labels: { a: 'b' }, config: { any: 1 } }
  const infra = containerRow({ name: 'infra', podId: shop.id })
  containers.insert(infra, [], { ...shop, infraId: infra.id })
  expect(pods.resolve('shop')).toEqual({ ...shop, infraId: infra.id })
  expect(pods.find('aaa')).toEqual(pods.find('shop'))
  expect(containers.ofPod(shop.id)).toEqual([infra])
  const taken = expect.objectContaining({ code: 'E_NAME_IN_USE' })
  expect(() => containers.insert(containerRow({ name: 'shop' }))).toThrow(taken)
  expect(() => containers.rename(infra.id, 'shop')).toThrow(taken)
  const [other, row] = [{ ...shop, id: 'b'.repeat(64) }, containerRow({ name: 'web', podId: 'b'.repeat(64) })]
  expect(() => pods.insert({ ...other, name: 'infra', infraId: null })).toThrow(taken)
  expect(() => containers.insert(row, [], { ...other, infraId: row.id })).toThrow(taken)
  expect(containers.find('web')).toBeUndefined()
  expect(() => containers.insert(row)).toThrow(expect.objectContaining({ code: 'E_POD_NOT_FOUND' }))
  expect(() => pods.remove(shop.id)).toThrow(expect.objectContaining({ code: 'E_POD_IN_USE' }))
  containers.remove(infra.id)
  pods.remove(shop.id)
  expect(pods.list()).toEqual([])
})

test('an update changes what it names and nothing else, and revives nothing', () => {
  using storage = openTestStorage()
  const web = containerRow()
  storage.containers.insert(web)
  const patch = { status: 'exited', exitCode: 3, oomKilled: true, error: 'why', finishedAtMs: 7 } as const
  storage.containers.update(web.id, patch)
  expect(storage.containers.resolve('web')).toEqual({ ...web, ...patch })
  storage.containers.remove(web.id)
  storage.containers.update(web.id, patch)
  expect(storage.containers.list()).toEqual([])
})

test('volumes are made once, listed by name, and removed with their files', () => {
  using storage = openTestStorage()
  const data = storage.volumes.ensure('data', { labels: { a: 'b' } })
  writeFileSync(`${data.path}/file`, 'x')
  expect(storage.volumes.ensure('data')).toEqual(data)
  storage.volumes.create('cache')
  expect(() => storage.volumes.create('cache')).toThrow(expect.objectContaining({ code: 'E_VOLUME_EXISTS' }))
  expect(storage.volumes.list().map(({ name }) => name)).toEqual(['cache', 'data'])
  storage.volumes.remove('data')
  expect(() => storage.volumes.resolve('data')).toThrow(expect.objectContaining({ code: 'E_VOLUME_NOT_FOUND' }))
  for (const name of ['../up', '', '.', '-x', 'a/b', 'x'.repeat(256)]) {
    expect(() => storage.volumes.ensure(name), name).toThrow(expect.objectContaining({ code: 'E_BAD_VOLUME_NAME' }))
  }
})

test('a database of a later version is refused, an older one is brought up to date', () => {
  using storage = openTestStorage()
  const path = `${storage.paths.root}/other.db`
  const database = openDatabase(path)
  migrate(database, ['', '', '', '', '', 'CREATE TABLE later (x)'])
  expect(database.prepare('SELECT count(*) FROM later').pluck().get()).toBe(0)
  database.close()
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'E_STATE_TOO_NEW' }))
})

test('a database of the first version keeps what is in it', () => {
  using storage = openTestStorage()
  const path = `${storage.paths.root}/first.db`
  const first = new Sqlite(path)
  migrate(first, [start])
  first.prepare("INSERT INTO volumes (name, created_at_ms, labels) VALUES ('data', 7, '{}')").run()
  first.close()
  const database = openDatabase(path)
  expect(openVolumeRows(database).list()).toEqual([
    { name: 'data', createdAtMs: 7, labels: {}, anonymous: false, options: {}, filled: false },
  ])
  expect(openManifestListRows(database).list()).toEqual([])
  database.close()
})

test('a file that is no database says so', () => {
  using storage = openTestStorage()
  const path = `${storage.paths.root}/broken.db`
  writeFileSync(path, 'this is not a database, however long it may be'.repeat(100))
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'E_STATE_CORRUPT' }))
})

const OPEN_AND_INSERT = `
  const { openDatabase } = await import(process.argv[1])
  const database = openDatabase(process.argv[2])
  database.prepare('INSERT INTO facts (key, value) VALUES (?, ?)').run(process.argv[3], 'here')
`

test('many processes may open a new database at once', async () => {
  using storage = openTestStorage()
  const path = `${storage.paths.root}/fresh/state.db`
  mkdirSync(dirname(path))
  const module = new URL('./database.ts', import.meta.url).href
  const argv = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', OPEN_AND_INSERT, module, path]
  const children = Array.from({ length: 12 }, (_, index) =>
    startChild(process.execPath, [...argv, `${index}`], { stdio: ['ignore', 'ignore', 'inherit'] }),
  )
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]))
  expect(codes).toEqual(codes.map(() => 0))
  const database = openDatabase(path)
  expect(database.prepare('SELECT count(*) FROM facts').pluck().get()).toBe(12)
  database.close()
}, 60_000)
