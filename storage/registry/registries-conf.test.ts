import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadRegistriesConfig } from './registries-conf.ts'
import { recordShortName } from './short-name-aliases.ts'

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

async function load(
  more: { registriesConf?: string; registriesConfOverride?: string; shortNameAliases?: string } = {},
) {
  const directories = { xdgConfigHome: join(root, 'home'), systemDirectories: [join(root, 'etc'), join(root, 'usr')] }
  const { unqualifiedSearch, aliases } = await loadRegistriesConfig({ ...directories, ...more })
  return { search: unqualifiedSearch.value[0], origin: unqualifiedSearch.origin, aliases: [...aliases.keys()].sort() }
}

test('no file at all: the default', async () => {
  expect(await load()).toEqual({ search: 'docker.io', origin: 'the default', aliases: [] })
})

test('the first main file found wins, the drop-ins come on top', async () => {
  const usr = write('usr/registries.conf', 'usr')
  expect(await load()).toMatchObject({ search: 'usr', origin: `${usr}:1` })
  const etc = write('etc/registries.conf', 'etc')
  expect(await load()).toEqual({ search: 'etc', origin: `${etc}:1`, aliases: ['etc'] })
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

test('what users were asked counts before all files of people', async () => {
  const shortNameAliases = join(root, 'cache/containers/short-name-aliases.conf')
  expect(await load({ shortNameAliases })).toMatchObject({ search: 'docker.io', aliases: [] })
  write('etc/registries.conf', 'etc')
  await recordShortName(shortNameAliases, 'etc', 'chosen.example/etc')
  await recordShortName(shortNameAliases, 'team/app', 'chosen.example:5000/team/app')
  await recordShortName(shortNameAliases, 'etc', 'last.example/etc')
  expect(readFileSync(shortNameAliases, 'utf8')).toBe(
    '[aliases]\n  "etc" = "last.example/etc"\n  "team/app" = "chosen.example:5000/team/app"\n',
  )
  expect(await load({ shortNameAliases })).toMatchObject({ search: 'etc', aliases: ['etc', 'team/app'] })
  const { aliases } = await loadRegistriesConfig({
    xdgConfigHome: root,
    systemDirectories: [join(root, 'etc')],
    shortNameAliases,
  })
  expect(aliases.get('etc')).toMatchObject({ value: { domain: 'last.example' }, origin: `${shortNameAliases}:2` })
})
