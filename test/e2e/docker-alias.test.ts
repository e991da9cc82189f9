import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { runChild, startChild } from '../../base/child.ts'
import { test as base, expect } from '../support/fixtures.ts'
import { LOGIN, startRegistry } from '../support/registry.ts'
import { CHECKOUT, type Result, resultOf, TSPOD } from '../support/tspod.ts'

interface Home {
  /** a user's home, with ~/.local/bin in PATH, and a directory to work in */
  home: { readonly directory: string; readonly cwd: string; readonly env: Record<string, string | undefined> }
  /** a program by its name, in that home */
  call: (argv: readonly string[], env?: Record<string, string>) => Promise<Result>
}

const test = base.extend<Home>({
  home: async ({ directory }, use) => {
    const home = join(directory, 'home')
    const cwd = join(home, 'work')
    mkdirSync(cwd, { recursive: true })
    const { DOCKER_HOST: _, DOCKER_CONTEXT: __, ...outer } = process.env
    const env = {
      ...outer,
      HOME: home,
      PATH: `${home}/.local/bin:${process.env['PATH']}`,
      XDG_DATA_HOME: undefined,
      XDG_CACHE_HOME: undefined,
      CONTAINERS_CONF: '/dev/null',
      CONTAINERS_REGISTRIES_CONF: inject('registriesConf'),
    }
    await use({ directory: home, cwd, env })
    // What is left of it is under no root that the other fixtures know.
    runChild(TSPOD, ['--root', `${home}/.local/share/tspod`, 'rm', '-fa', '-t', '0'])
  },
  call: async ({ home }, use) => {
    await use(([program = '', ...argv], more = {}) =>
      resultOf(
        startChild(program, argv, { cwd: home.cwd, env: { ...home.env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] }),
      ),
    )
  },
})

const ALIAS = [TSPOD, 'system', 'docker-alias'] as const

test('docker is put into the own directory of PATH, and taken away again', async ({ home, call }) => {
  const docker = join(home.directory, '.local/bin/docker')
  expect(await call([...ALIAS, 'status'])).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^not installed/),
  })
  for (let time = 0; time < 2; time++) {
    expect(await call([...ALIAS, 'install'])).toEqual({ exitCode: 0, stdout: `${docker}\n`, stderr: '' })
  }
  expect(await call(['docker', '--version'])).toMatchObject({ stdout: expect.stringMatching(/^Docker version /) })
  expect(await call([...ALIAS, 'status'])).toMatchObject({ exitCode: 0, stdout: `installed: ${docker}\n` })
  const status = JSON.parse((await call([...ALIAS, 'status', '--format', 'json'])).stdout)
  expect(status).toMatchObject({ path: docker, state: 'installed', isInPath: true })
  for (const stdout of [`${docker}\n`, '']) {
    expect(await call([...ALIAS, 'remove'])).toEqual({ exitCode: 0, stdout, stderr: '' })
  }
  expect(existsSync(docker)).toBe(false)
})

test('another docker stays, and a directory that is not in PATH is said', async ({ home, call }) => {
  const bin = join(home.directory, 'bin')
  const outside = await call([...ALIAS, 'install', '--dir', bin])
  expect(outside).toMatchObject({ exitCode: 0, stdout: `${bin}/docker\n` })
  expect(outside.stderr).toMatch(/^warning: \S+\/bin is not in PATH: /)
  const own = join(home.directory, '.local/bin')
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'docker'), '#!/bin/sh\necho other\n', { mode: 0o755 })
  for (const verb of ['install', 'remove']) {
    expect(await call([...ALIAS, verb])).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('E_NOT_OURS') })
  }
  const hidden = await call([...ALIAS, 'install', '--dir', bin], { PATH: `${own}:${bin}:${home.env['PATH']}` })
  expect(hidden.stderr).toBe(`warning: ${own}/docker is found before it\n`)
  expect(await call(['docker'])).toMatchObject({ stdout: 'other\n' })
  // A link to a tspod that is not there any more is one of ours.
  symlinkSync('/gone/bin/tspod', join(home.directory, 'docker'))
  expect(await call([...ALIAS, 'install', '--dir', home.directory])).toMatchObject({ exitCode: 0 })
  expect(lstatSync(join(home.directory, 'docker')).isSymbolicLink()).toBe(true)
})

test('a directory that it cannot be put into', async ({ home, call }) => {
  const file = join(home.directory, 'file')
  writeFileSync(file, '')
  // biome-ignore format: a table
  for (const [directory, words] of [
    ['/usr/no/x', 'cannot have /usr/no/x/docker: permission denied [E_ALIAS_DIRECTORY]'],
    ['/var/cache/ldconfig', 'cannot have /var/cache/ldconfig/docker: permission denied [E_ALIAS_DIRECTORY]'], // root's alone
    [file,        `cannot have ${file}/docker: there is something else on the way [E_ALIAS_DIRECTORY]`],
    ['',          '[E_BAD_FLAG]'],
  ] as const) {
    const { exitCode, stdout, stderr } = await call([...ALIAS, 'install', '--dir', directory])
    expect([exitCode, stdout, stderr]).toEqual([125, '', expect.stringContaining(words)])
  }
})

test('another docker that is asked for is not this one', async ({ home, call }) => {
  symlinkSync(TSPOD, join(home.directory, 'docker'))
  const docker = join(home.directory, 'docker')
  const refused = { exitCode: 1, stdout: '', stderr: expect.stringMatching(/^error: .* \[E_OTHER_DOCKER\]\nhint: /) }
  expect(await call([docker, 'ps'], { DOCKER_HOST: 'tcp://10.0.0.1:2375' })).toEqual(refused)
  expect(await call([docker, '-H', 'ssh://build', 'ps'])).toEqual(refused)
  expect(await call([docker, '-c', 'remote', 'ps'])).toEqual(refused)
  expect(await call([docker, 'ps'], { DOCKER_CONTEXT: 'remote' })).toEqual(refused)
  expect(await call([docker, 'run', 'alpine'], { DOCKER_HOST: 'tcp://h' })).toEqual({ ...refused, exitCode: 125 })
  const usual = await call([docker, 'ps', '-q'], { DOCKER_HOST: 'unix:///var/run/docker.sock' })
  expect(usual).toEqual({ exitCode: 0, stdout: '', stderr: expect.stringMatching(/^warning: DOCKER_HOST is /) })
  const ours = { DOCKER_HOST: `unix://${home.env['XDG_RUNTIME_DIR']}/tspod/tspod.sock` }
  expect(await call([docker, '-c', 'default', 'ps', '-q'], ours)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect(await call([docker, 'context', 'show'], { DOCKER_HOST: 'tcp://h' })).toMatchObject({ stdout: 'default\n' })
  expect(await call([TSPOD, 'ps', '-q'], { DOCKER_HOST: 'tcp://h' })).toMatchObject({ exitCode: 0, stderr: '' })
})

test('what is not there yet is one line, and what to do without it another', async ({ home, call }) => {
  symlinkSync(TSPOD, join(home.directory, 'docker'))
  for (const words of [
    ['compose', 'version'],
    ['buildx', 'build', '.'],
    ['build', '-t', 'x', '.'],
    ['image', 'build'],
  ]) {
    expect(await call([join(home.directory, 'docker'), ...words])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: (compose|building images) is not supported yet \[E_NOT_YET\]\nhint: .*\n$/,
      ),
    })
  }
})

const SCRIPTS = join(CHECKOUT, 'test/e2e/docker-scripts')
const NAMES = readdirSync(SCRIPTS).flatMap((file) => (file.endsWith('.sh') ? [file.slice(0, -'.sh'.length)] : []))

test.for(NAMES)('a script for docker: %s', { timeout: 120_000 }, async (name, { call, directory }) => {
  expect(await call([...ALIAS, 'install'])).toMatchObject({ exitCode: 0, stderr: '' })
  await using registry = name.startsWith('login')
    ? await startRegistry(join(directory, 'registry'), { login: true })
    : undefined
  const env = registry && { REGISTRY: registry.host, REGISTRY_USER: LOGIN.username, REGISTRY_PASSWORD: LOGIN.password }
  if (registry) {
    const conf = join(directory, 'registries.conf')
    const lines = ['', '[[registry]]', `location = "${registry.host}"`, 'insecure = true', '']
    writeFileSync(conf, readFileSync(inject('registriesConf'), 'utf8') + lines.join('\n'))
    Object.assign(env ?? {}, { CONTAINERS_REGISTRIES_CONF: conf })
  }
  const done = await call([join(SCRIPTS, `${name}.sh`)], env ?? {})
  expect(`${done.stdout}${done.exitCode === 0 ? '' : `exit ${done.exitCode}\n${done.stderr}`}`).toBe(
    readFileSync(join(SCRIPTS, `${name}.out`), 'utf8'),
  )
})
