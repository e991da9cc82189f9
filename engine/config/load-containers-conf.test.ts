import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadContainersConf } from './load-containers-conf.ts'

function machine(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'tspod-conf-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  const systemDirectories = [join(root, 'usr'), join(root, 'etc')]
  const load = (env: Record<string, string> = {}, uid = 7) =>
    loadContainersConf({ env, cwd: root, xdgConfigHome: join(root, 'home'), uid, systemDirectories })
  return { root, load }
}

const env = (name: string): string => `[containers]\nenv = ["${name}", {append=true}]\n`

test('the files and drop-ins of the machine, then those of the user', async () => {
  const names = [
    'usr/containers.conf',
    'usr/containers.conf.d/9.conf',
    'etc/containers.conf',
    'etc/containers.conf.d/1.conf',
    'etc/containers.conf.d/2.conf',
    'etc/containers.rootless.conf',
    'etc/containers.rootless.conf.d/1.conf',
    'etc/containers.rootless.conf.d/7/1.conf',
    'home/containers/containers.conf',
    'home/containers/containers.conf.d/1.conf',
  ]
  const others = [
    'etc/containers.conf.d/no',
    'etc/containers.rootless.conf.d/8/1.conf',
    'etc/containers.rootful.conf.d/1.conf',
  ]
  const { load, root } = machine(Object.fromEntries([...names, ...others].map((name) => [name, env(name)])))
  expect((await load()).containers.env?.value).toEqual(names)
  expect((await load({}, 0)).containers.env?.value).toEqual([
    ...names.slice(0, 5),
    'etc/containers.rootful.conf.d/1.conf',
    ...names.slice(8),
  ])
  const last = 'etc/containers.rootless.conf.d/8/1.conf'
  expect((await load({ CONTAINERS_CONF_OVERRIDE: last })).containers.env?.value).toEqual([...names, last])
  expect((await load({ CONTAINERS_CONF: last })).containers.env).toEqual({ value: [last], origin: `${root}/${last}:2` })
})

test('nothing where there is nothing but comments, in any file', async () => {
  const { load } = machine({
    'usr/containers.conf': '# nothing\n[containers]\n#env = ["A"]\n',
    'etc/containers.conf': '\n#\n',
  })
  const nothing = { containers: {}, engine: {}, network: {}, unknown: [] }
  expect(await load()).toEqual(nothing)
  expect(await load({ CONTAINERS_CONF: '/dev/null' })).toEqual(nothing)
})

test('a file that is no TOML, too large, not to be read or not there is named with the line', async () => {
  const { load, root } = machine({ bad: '[containers]\ntz = \n', large: '#'.repeat((1 << 20) + 1), 'dir/x': '' })
  const refused = (file: string) => expect(load({ CONTAINERS_CONF: file })).rejects
  await refused('bad').toMatchObject({ code: 'E_BAD_CONFIG', message: expect.stringContaining(`${root}/bad:2: `) })
  await refused('large').toMatchObject({ code: 'E_FILE_TOO_LARGE' })
  await refused('dir').toMatchObject({ code: 'E_BAD_CONFIG', message: `${root}/dir: cannot be read` })
  await refused('none').toMatchObject({ code: 'E_BAD_CONFIG', hint: 'correct $CONTAINERS_CONF' })
})
