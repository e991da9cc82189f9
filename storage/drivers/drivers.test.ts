import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Digest } from '../content/digest.ts'
import { ensureLayer } from '../images/ensure-layer.ts'
import { createSlots } from '../layers/slots.ts'
import { type TarItem, tar } from '../layers/tar-builder.ts'
import { openUnpackPool } from '../layers/unpack-pool.ts'
import type { Storage } from '../open.ts'
import { openTestStorage } from '../open-for-test.ts'
import { sha256 } from '../registry/fake-registry.ts'
import { openDatabase } from '../state/database.ts'
import { openFacts } from '../state/facts.ts'
import { DRIVER_NAMES, type DriverName } from './driver.ts'
import { chooseDriver } from './probe.ts'

const ID = 'c'.repeat(64)

function open(driver: DriverName): Storage {
  return openTestStorage({ driver, findProgram: (name) => `/usr/bin/${name}` })
}

/** Unpacks layers of these entries; their chain ids, bottom first. */
async function unpack(storage: Storage, ...layers: readonly (readonly TarItem[])[]): Promise<Digest[]> {
  await using pool = openUnpackPool()
  const chainIds: Digest[] = []
  for (const items of layers) {
    const bytes = tar(items)
    const chainId = sha256(`${chainIds} ${sha256(bytes)}`)
    const source = {
      async *open() {
        yield bytes
      },
    }
    const blob = { digest: sha256(bytes), sizeBytes: bytes.length }
    await ensureLayer({ storage, source, pool, downloads: createSlots(1) }, { blob, diffId: sha256(bytes), chainId })
    chainIds.push(chainId)
  }
  return chainIds
}

test.for(DRIVER_NAMES)('%s: what create made, remove takes away, whatever is in it', async (name) => {
  using storage = open(name)
  const chainIds = await unpack(storage, [
    { name: './', type: '5', mode: 0o751 },
    { name: 'file', data: 'x' },
  ])
  const driver = storage.driver()
  driver.create(ID, chainIds)
  const [top = ''] = driver.directories(ID, chainIds)
  expect(existsSync(top)).toBe(true)
  mkdirSync(join(top, 'closed/inner'), { recursive: true })
  writeFileSync(join(top, 'closed/inner/file'), 'x')
  chmodSync(join(top, 'closed/inner'), 0)
  chmodSync(join(top, 'closed'), 0)
  driver.remove(ID)
  driver.remove(ID)
  expect(readdirSync(storage.paths.container(ID))).toEqual([])
  expect(existsSync(storage.paths.layer(chainIds[0] ?? ''))).toBe(true)
})

test.for(DRIVER_NAMES)('%s: an image without layers is an empty root', (name) => {
  using storage = open(name)
  const driver = storage.driver()
  driver.create(ID, [])
  const rootfs = driver.describe(ID, [])
  const lower = rootfs.kind === 'directory' ? [] : rootfs.lower
  const base = rootfs.kind === 'overlay' ? rootfs.base : '/'
  if (rootfs.kind !== 'directory') expect(lower).toHaveLength(1)
  for (const directory of [...lower.map((path) => join(base, path)), ...driver.directories(ID, [])]) {
    expect(readdirSync(directory)).toEqual([])
    expect(lstatSync(directory).mode & 0o7777).toBe(0o755)
  }
})

test.for(DRIVER_NAMES)('%s: a layer that is missing is named', (name) => {
  using storage = open(name)
  const missing = sha256('missing')
  const error = { code: 'E_LAYER_MISSING', message: expect.stringContaining(missing) }
  expect(() => storage.driver().create(ID, [missing])).toThrow(expect.objectContaining(error))
})

test('overlay: 127 layers fit into one mount option, and the root is like that of the top layer', async () => {
  using storage = open('overlay')
  const chainIds = await unpack(storage, [{ name: './', type: '5', mode: 0o1751 }])
  const driver = storage.driver()
  driver.create(ID, chainIds)
  const [top = ''] = driver.directories(ID, chainIds)
  expect(lstatSync(top).mode & 0o7777).toBe(0o1751)
  const many = Array.from({ length: 127 }, (_, index) => sha256(`${index}`))
  const rootfs = driver.describe(ID, many)
  if (rootfs.kind !== 'overlay') throw new Error(rootfs.kind)
  expect(rootfs.lower.join(':').length).toBeLessThan(3300)
  expect(rootfs.lower[0]).toBe(many[126]?.slice(7, 31))
  const error = { code: 'E_TOO_MANY_LAYERS' }
  expect(() => driver.create('d'.repeat(64), [...many, ...many])).toThrow(expect.objectContaining(error))
})

test('vfs: layers lie over one another with whiteouts, opaque directories and changes of type', async () => {
  using storage = open('vfs')
  const chainIds = await unpack(
    storage,
    [
      { name: 'gone', data: '1' },
      { name: 'kept', data: '1' },
      { name: 'hidden/old', data: '1' },
      { name: 'was-dir/file', data: '1' },
      { name: 'was-file', data: '1' },
      { name: 'was-link', type: '2', linkName: '/etc' },
      { name: 'merged/one', data: '1' },
    ],
    [
      { name: '.wh.gone' },
      { name: 'hidden/.wh..wh..opq' },
      { name: 'hidden/new', data: '2' },
      { name: 'was-dir', data: '2' },
      { name: 'was-file/file', data: '2' },
      { name: 'was-link/file', data: '2' },
      { name: 'merged/two', data: '2' },
    ],
  )
  storage.driver().create(ID, chainIds)
  const [root = ''] = storage.driver().directories(ID, chainIds)
  expect(readdirSync(root).sort()).toEqual(['hidden', 'kept', 'merged', 'was-dir', 'was-file', 'was-link'])
  expect(readdirSync(join(root, 'hidden'))).toEqual(['new'])
  expect(readdirSync(join(root, 'merged')).sort()).toEqual(['one', 'two'])
  expect(readFileSync(join(root, 'was-dir'), 'utf8')).toBe('2')
  for (const path of ['was-file', 'was-link']) expect(readFileSync(join(root, path, 'file'), 'utf8')).toBe('2')
})

test.for([
  ['overlay works', undefined, undefined, 'overlay', []],
  ['overlay does not, and there is no program', 'too old', undefined, 'vfs', ['overlay', 'fuse-overlayfs']],
] as const)('probe: %s', ([, reason, program, driver, tried]) => {
  using storage = openTestStorage()
  const database = openDatabase(storage.paths.database)
  const warnings: string[] = []
  let probes = 0
  const options = {
    tryOverlay: () => {
      probes++
      return reason
    },
    findProgram: () => program,
    warn: (line: string) => void warnings.push(line),
  }
  const choice = chooseDriver(storage.paths, openFacts(database), options)
  expect(choice.driver).toBe(driver)
  expect(choice.tried.map(({ name }) => name)).toEqual(tried)
  // Remembered, and said once.
  expect(chooseDriver(storage.paths, openFacts(database), options)).toEqual(choice)
  expect(probes).toBe(1)
  expect(warnings).toHaveLength(driver === 'vfs' ? 1 : 0)
  expect(readdirSync(storage.paths.temporary)).toEqual([])
  database.close()
})
