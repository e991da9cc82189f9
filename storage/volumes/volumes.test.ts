import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Storage } from '../open.ts'
import { openTestStorage } from '../open-for-test.ts'
import { containerRow } from '../state/container-row-for-test.ts'

/** As if the process that makes the volume had been killed. */
function killMaker({ paths }: Storage, name: string): void {
  const database = new Sqlite(paths.database)
  database.prepare("UPDATE volumes SET maker = '1 0' WHERE name = ? AND maker IS NOT NULL").run(name)
  database.close()
}

test('an anonymous volume whose maker was killed goes, unless its container came to be', () => {
  using storage = openTestStorage()
  const { volumes } = storage
  for (const name of ['lost', 'owned', 'alive']) volumes.createAnonymous(name)
  volumes.create('named')
  storage.containers.insert(containerRow({ config: { version: 1, volumes: [{ type: 'volume', name: 'owned' }] } }))
  expect(volumes.unfinished()).toEqual(new Set(['lost', 'alive']))
  for (const name of ['lost', 'owned']) killMaker(storage, name)
  volumes.sweepUnfinished()
  expect(volumes.list().map(({ name, anonymous }) => [name, anonymous])).toEqual([
    ['alive', true],
    ['named', false],
    ['owned', true],
  ])
  expect(existsSync(join(storage.paths.volumes, 'lost'))).toBe(false)
})

test('a directory of a volume without a row goes when it is old and empty', () => {
  using storage = openTestStorage()
  const place = (name: string) => join(storage.paths.volumes, name)
  for (const name of ['new', 'full']) mkdirSync(join(place(name), '_data'), { recursive: true })
  writeFileSync(join(place('full'), '_data/file'), 'precious')
  storage.volumes.create('known')
  storage.volumes.sweepEmpty(Date.now())
  expect(['new', 'full', 'known'].map((name) => existsSync(place(name)))).toEqual([true, true, true])
  storage.volumes.sweepEmpty(Date.now() + 3_600_000)
  expect(['new', 'full', 'known'].map((name) => existsSync(place(name)))).toEqual([false, true, true])
})
