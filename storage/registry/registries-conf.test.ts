import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadRegistriesConfig } from './registries-conf.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tspod-registries-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, search: string): string {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `unqualified-search-registries = ["${search}"]\n[aliases]\n"${search}" = "${search}.example/x"\n`)
  return file
}

async function load(more: { registriesConf?: string; registriesConfOverride?: string } = {}) {
  const directories = { xdgConfigHome: join(root, 'home'), systemDirectories: [join(root, 'etc'), join(root, 'usr')] }
  const { unqualifiedSearch, aliases } = await loadRegistriesConfig({ ...directories, ...more })
  return { search: unqualifiedSearch.value[0], origin: unqualifiedSearch.origin, aliases: [...aliases.keys()].sort() }
}

test('no file at all: the default', async () => {
  expect(await load()).toEqual({ search: 'docker.io', origin: 'the default', aliases: [] })
})

test('the first main file found wins, the drop-ins come on top', async () => {
  const usr = write('usr/registries.conf', 'usr')
  expect(await load()).toMatchObject({ search: 'usr', origin: usr })
  const etc = write('etc/registries.conf', 'etc')
  expect(await load()).toEqual({ search: 'etc', origin: etc, aliases: ['etc'] })
  write('etc/registries.conf.d/20-b.conf', 'b')
  write('etc/registries.conf.d/10-a.conf', 'a')
  write('etc/registries.conf.d/30-not.txt', 'not')
  expect(await load()).toMatchObject({ search: 'b', aliases: ['a', 'b', 'etc'] })
  write('home/containers/registries.conf.d/1.conf', 'mine')
  expect(await load()).toMatchObject({ search: 'mine', aliases: ['a', 'b', 'etc', 'mine'] })
})

test("the user's main file keeps the machine's out", async () => {
  write('etc/registries.conf', 'etc')
  write('etc/registries.conf.d/1.conf', 'drop')
  write('home/containers/registries.conf', 'home')
  expect(await load()).toMatchObject({ search: 'home', aliases: ['home'] })
})

test('a file named by the environment counts alone; the override comes last', async () => {
  write('home/containers/registries.conf', 'home')
  const registriesConf = write('named.conf', 'named')
  const registriesConfOverride = write('override.conf', 'override')
  expect(await load({ registriesConf })).toMatchObject({ search: 'named', aliases: ['named'] })
  expect(await load({ registriesConfOverride })).toMatchObject({ search: 'override', aliases: ['home', 'override'] })
  await expect(load({ registriesConf: join(root, 'none') })).rejects.toMatchObject({ code: 'E_BAD_CONFIG' })
})
