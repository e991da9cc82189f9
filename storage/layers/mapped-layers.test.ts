import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lgetxattr, lsetxattr, mknod, S_IF } from '../../base/libc.ts'
import { digestOfHex } from '../content/digest.ts'
import type { Storage } from '../open.ts'
import { openTestStorage } from '../open-for-test.ts'
import { layerName } from '../paths.ts'
import { mapName } from './map-name.ts'
import type { OwnerMap } from './mapped-ids.ts'
import { namesOfMapped, removeMapped } from './mapped-names.ts'

const CHAIN = digestOfHex('a'.repeat(64))
const [UID, GID] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
/** Who runs the tests can give files to nobody else. */
const OWN: OwnerMap = {
  uids: [{ containerID: UID, hostID: UID, size: 1 }],
  gids: [{ containerID: GID, hostID: GID, size: 1 }],
}
const LARGE = Buffer.alloc(10_000, 'x')
const DATE = new Date(1_600_000_000_000)

/** A layer with something of each kind. */
function layerIn(storage: Storage): string {
  const layer = storage.paths.layer(CHAIN)
  mkdirSync(join(layer, 'dir/inner'), { recursive: true })
  lsetxattr(join(layer, 'dir'), 'user.overlay.opaque', Buffer.from('y'))
  const record = { chainId: CHAIN, whiteouts: ['gone'], opaque: ['dir'], owners: [] }
  writeFileSync(storage.paths.layerRecord(CHAIN), JSON.stringify(record))
  writeFileSync(join(layer, 'dir/large'), LARGE)
  lsetxattr(join(layer, 'dir/large'), 'user.note', Buffer.from('kept'))
  chmodSync(join(layer, 'dir/large'), 0o4751)
  linkSync(join(layer, 'dir/large'), join(layer, 'twin'))
  writeFileSync(join(layer, 'dir/inner/small'), 'small')
  utimesSync(join(layer, 'dir/inner/small'), DATE, DATE)
  utimesSync(join(layer, 'dir/inner'), DATE, DATE)
  symlinkSync('/nowhere', join(layer, 'link'))
  mknod(join(layer, 'gone'), S_IF.character)
  mknod(join(layer, 'pipe'), S_IF.fifo | 0o640)
  chmodSync(join(layer, 'dir'), 0o750)
  return layer
}

function mappedIn(storage: Storage, data: 'shared' | 'copied'): string {
  return join(storage.paths.mappedLayers(mapName({ ...OWN, data })), layerName(CHAIN))
}

test.for(['shared', 'copied'] as const)('%s: all is as in the layer', async (data, { onTestFinished }) => {
  const storage = openTestStorage({ tryOverlay: () => (data === 'shared' ? undefined : 'the kernel is too old') })
  onTestFinished(() => storage[Symbol.dispose]())
  const layer = layerIn(storage)
  expect(await storage.driver().prepare([CHAIN], OWN, () => undefined)).toEqual({ ...OWN, data })
  const mapped = mappedIn(storage, data)
  for (const path of ['', 'dir', 'dir/large', 'twin', 'dir/inner', 'dir/inner/small', 'link', 'pipe']) {
    const [now, before] = [lstatSync(join(mapped, path)), lstatSync(join(layer, path))]
    const { mode, uid, gid, size, mtimeMs } = before
    expect({ path, mode: now.mode, uid: now.uid, gid: now.gid }).toEqual({ path, mode, uid, gid })
    if (!now.isDirectory()) expect({ path, size: now.size }).toEqual({ path, size })
    if (!path.startsWith('link')) expect(Math.abs(now.mtimeMs - mtimeMs), path).toBeLessThan(1)
  }
  expect(lstatSync(join(mapped, 'twin')).ino).toBe(lstatSync(join(mapped, 'dir/large')).ino)
  expect(lstatSync(join(mapped, 'gone'))).toMatchObject({ rdev: 0 })
  expect(lstatSync(join(mapped, 'gone')).isCharacterDevice()).toBe(true)
  expect(lgetxattr(join(mapped, 'dir'), 'user.overlay.opaque').toString()).toBe('y')
  expect(lgetxattr(join(mapped, 'twin'), 'user.note').toString()).toBe('kept')
  expect(readFileSync(join(mapped, 'dir/inner/small'), 'utf8')).toBe('small')
  expect(readdirSync(storage.paths.temporary)).toEqual([])
})

test('shared: a large file leads to its data and takes no room of its own', async () => {
  using storage = openTestStorage()
  layerIn(storage)
  await storage.driver().prepare([CHAIN], OWN, () => undefined)
  const large = join(mappedIn(storage, 'shared'), 'dir/large')
  expect(lgetxattr(large, 'user.overlay.metacopy')).toHaveLength(0)
  const redirect = lgetxattr(large, 'user.overlay.redirect').toString()
  expect([`/${layerName(CHAIN)}/dir/large`, `/${layerName(CHAIN)}/twin`]).toContain(redirect)
  expect(lstatSync(large).blocks * 512).toBeLessThan(LARGE.length)
})

test('copied: the data is there, too', async () => {
  using storage = openTestStorage({ tryOverlay: () => 'the kernel is too old' })
  layerIn(storage)
  await storage.driver().prepare([CHAIN], OWN, () => undefined)
  expect(readFileSync(join(mappedIn(storage, 'copied'), 'dir/large')).equals(LARGE)).toBe(true)
})

test.for(['shared', 'copied'] as const)(
  '%s: an owner without a place is named, and nothing is left',
  async (data, { onTestFinished }) => {
    const storage = openTestStorage({ tryOverlay: () => (data === 'shared' ? undefined : 'no') })
    onTestFinished(() => storage[Symbol.dispose]())
    layerIn(storage)
    const other = { ...OWN, uids: [{ containerID: UID + 1, hostID: UID, size: 10 }] }
    const prepared = storage.driver().prepare([CHAIN], other, () => undefined)
    await expect(prepared).rejects.toMatchObject({
      code: 'E_ID_NOT_MAPPED',
      message: expect.stringContaining(`user ${UID}`),
    })
    expect(readdirSync(storage.paths.temporary)).toEqual([])
    expect(namesOfMapped(storage.paths)).toEqual([])
  },
)

test('a layer that is there is not made again, by however many at once', async () => {
  using storage = openTestStorage()
  layerIn(storage)
  const { prepare } = storage.driver()
  await Promise.all([1, 2, 3].map(() => prepare([CHAIN], OWN, () => undefined)))
  const { ino } = lstatSync(mappedIn(storage, 'shared'))
  await prepare([CHAIN], OWN, () => undefined)
  expect(lstatSync(mappedIn(storage, 'shared')).ino).toBe(ino)
  expect(readdirSync(storage.paths.locks).filter((name) => name.startsWith('mapped'))).toEqual([])
})

test('a missing layer is named', async () => {
  using storage = openTestStorage()
  await expect(storage.driver().prepare([CHAIN], OWN, () => undefined)).rejects.toMatchObject({
    code: 'E_LAYER_MISSING',
  })
})

test('what is not wanted goes, and a map without layers with it; garbage goes with its layer', async () => {
  using storage = openTestStorage()
  layerIn(storage)
  storage.layers.add({ chainId: CHAIN, diffId: CHAIN, unpackedSizeBytes: 1 })
  await storage.driver().prepare([CHAIN], OWN, () => undefined)
  removeMapped(storage.paths, ({ layer }) => layer === layerName(CHAIN))
  expect(existsSync(mappedIn(storage, 'shared'))).toBe(true)
  removeMapped(storage.paths, () => false)
  expect(readdirSync(storage.paths.allMappedLayers)).toEqual([])
  await storage.driver().prepare([CHAIN], OWN, () => undefined)
  storage.collectGarbage() // nothing has the layer
  expect(readdirSync(storage.paths.allMappedLayers)).toEqual([])
})

test('fuse-overlayfs shows other owners by itself; vfs gives files to them as it copies', async () => {
  using fuse = openTestStorage({ driver: 'fuse-overlayfs' })
  expect(await fuse.driver().prepare([CHAIN], OWN, () => undefined)).toBeUndefined()
  using vfs = openTestStorage({ driver: 'vfs' })
  expect(await vfs.driver().prepare([CHAIN], OWN, () => undefined)).toEqual(OWN)
})
