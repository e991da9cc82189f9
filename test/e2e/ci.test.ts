import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { parse } from 'yaml'
import { runChild, startChild } from '../../base/child.ts'
import { CLEAN_PACKAGES } from '../support/clean-root.ts'
import { debianSystem } from '../support/debian-image.ts'
import { LOGIN, startRegistry, type TestRegistry } from '../support/registry.ts'
import { CHECKOUT, type Result, resultOf, TSPOD, type Tspod, tspodOver } from '../support/tspod.ts'

/** One root for all tests of this file: the image of a CI job is large. */
const directory = mkdtempSync(join(tmpdir(), 'tspod-ci-'))
const tspod: Tspod = tspodOver(directory, { CONTAINERS_REGISTRIES_CONF: inject('registriesConf') })
const at = (...names: string[]): string => join(directory, ...names)
let registry: TestRegistry

beforeAll(async () => {
  registry = await startRegistry(at('registry'), { login: true })
  const conf = `${readFileSync(inject('registriesConf'), 'utf8')}\n[[registry]]\nlocation = "${registry.host}"\ninsecure = true\n`
  writeFileSync(at('registries.conf'), conf)
  mkdirSync(at('project/app'), { recursive: true })
  writeFileSync(at('project/app/test.sh'), 'test -f start.sh && ! touch new 2>/dev/null && echo tests pass\n')
  writeFileSync(at('project/app/start.sh'), 'echo started in $PWD\n')
  mkdirSync(at('bin'))
  // What is the machine's own, and not to be had here: its packages and its settings.
  for (const name of ['sudo', 'apt-get', 'npm'])
    writeFileSync(at('bin', name), `#!/bin/sh\necho "asked: $(basename "$0") $*"\n`, { mode: 0o755 })
  const roots = `--root '${tspod.root}' --runroot '${tspod.runroot}'`
  writeFileSync(at('bin/tspod'), `#!/bin/sh\nexec '${TSPOD}' ${roots} "$@"\n`, { mode: 0o755 })
  const system = await debianSystem(CLEAN_PACKAGES)
  expect(await tspod('import', '-q', system, 'localhost/job:latest')).toMatchObject({ exitCode: 0 })
})

afterAll(async () => {
  await registry[Symbol.asyncDispose]()
  const removed = runChild(TSPOD, ['--root', at('remove'), 'unshare', 'rm', '-rf', directory])
  if (removed?.exitCode !== 0) throw new Error(`could not remove ${directory}: ${removed?.stderr}`)
})

/** A job's container, which is not privileged; it has the package where npm would put it. */
async function inJob(flags: readonly string[], ...argv: string[]): Promise<Result> {
  const mounts = [
    `-v=${CHECKOUT}:/opt/tspod:ro`,
    `-v=${at('bin')}:/fakes:ro`,
    `-v=${at('registries.conf')}:/etc/containers/registries.conf:ro`,
  ]
  const env = ['-e=PATH=/opt/tspod/bin:/fakes:/usr/sbin:/usr/bin:/sbin:/bin', '-e=HOME']
  return await tspod('run', '--rm', ...mounts, ...env, ...flags, 'localhost/job', ...argv)
}

const STORAGE = '--volume=/var/lib/tspod'
const TUN = '--device=/dev/net/tun'
const IN_PROJECT = (): string[] => [`-v=${at('project')}:/builds`, '-w=/builds']

describe('recipes', () => {
  test('github: its steps test, make, try and push an image', async () => {
    const recipe = parse(await printed('github'))
    const job = recipe.jobs.containers
    const values: Record<string, string> = {
      'github.repository': 'me/app',
      'github.sha': 'abc1',
      'github.actor': LOGIN.username,
      'secrets.GITHUB_TOKEN': LOGIN.password,
    }
    const filled = (text: string): string =>
      text
        .replace(/\$\{\{ ([\w.]+) \}\}/g, (_, name) => values[name] ?? expect.fail(name))
        .replace('ghcr.io', registry.host)
    const variables: Record<string, string> = Object.assign({}, recipe.env, ...job.steps.map(({ env = {} }) => env))
    const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, filled(value)]))
    const script = job.steps.map(({ run = '' }: { run?: string }) => run).join('\n')
    const child = startChild('sh', ['-e', '-c', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: at('project'),
      env: {
        ...process.env,
        ...env,
        PATH: `${at('bin')}:${process.env['PATH']}`,
        CONTAINERS_REGISTRIES_CONF: at('registries.conf'),
        REGISTRY_AUTH_FILE: at('auth.json'),
      },
    })
    const ran = await resultOf(child)
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
    expect(ran.stdout).toMatch(
      /asked: sudo npm install --global \.\/ci\/tspod\.tgz\n[\s\S]*tests pass\n[\s\S]*\n0\nstarted in \/app\n/,
    )
    expect(await pushed('me/app', 'abc1')).toMatch(/"start.sh"/)
  })

  test('gitlab: its scripts do so in a container that is not privileged', async () => {
    const recipe = parse(await printed('gitlab'))
    const env = [
      ...Object.entries(recipe.variables).map(([name, value]) => `-e=${name}=${value}`),
      `-e=IMAGE=${registry.host}/group/app:abc2`,
      `-e=CI_REGISTRY_USER=${LOGIN.username}`,
      `-e=CI_REGISTRY_PASSWORD=${LOGIN.password}`,
    ]
    const lines = [...recipe.default.before_script, ...recipe.test.script, ...recipe.push.script]
    const script = lines.join('\n')
    const flags = ['--network=host', STORAGE, ...IN_PROJECT(), ...env]
    const ran = await inJob(flags, 'sh', '-e', '-c', script)
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stdout).toMatch(/asked: npm install --global \.\/ci\/tspod\.tgz\ntests pass\n[\s\S]*started in \/app\n/)
    expect(await pushed('group/app', 'abc2')).toMatch(/"start.sh"/)
  })

  test('make: the same, step by step', async () => {
    writeFileSync(at('project/Makefile'), await printed('make'))
    const env = [`-e=IMAGE=${registry.host}/made/app:abc3`]
    const login = `echo '${LOGIN.password}' | tspod login -u ${LOGIN.username} --password-stdin ${registry.host}`
    const flags = ['--network=host', STORAGE, ...IN_PROJECT(), ...env]
    const ran = await inJob(flags, 'sh', '-e', '-c', `${login}\nmake push\nmake clean`)
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stdout).toMatch(/tests pass\n[\s\S]*started in \/app\n/)
    expect(await pushed('made/app', 'abc3')).toMatch(/"start.sh"/)
  })

  test('there is none for anything else', async () => {
    expect((await tspod('ci')).stderr).toMatch(
      /^error: ci needs a service: github, gitlab or make \[E_BAD_ARGUMENTS\]\n/,
    )
    expect(await tspod('ci', 'jenkins')).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/E_NO_RECIPE/) })
  })
})

const HIDDEN = /^warning: parts of \/proc.* are hidden here, so the container sees the ones of what is around it/
const NO_NAME = /^warning: a filter around us forbids host names, so the container has that of what is around it/
const NO_TUN = /^warning: there is no \/dev\/net\/tun, so the container has only its loopback/
const ONE_ID = /^warning: containers have only one user id: newuidmap may not map others here/

describe('a container in a container that is not privileged', () => {
  test('tells what it lacks, a line each, and runs', async () => {
    const ran = await inJob([STORAGE], 'tspod', 'run', '--rm', 'hello')
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Hello [\s\S]*\nnetwork +lo\n$/) })
    expect(linesOf(ran)).toEqual([expect.stringMatching(NO_TUN), expect.stringMatching(HIDDEN)])
    const named = await inJob([STORAGE], 'sh', '-c', 'tspod network create n && tspod run --rm --network=n hello')
    expect(named).toMatchObject({
      exitCode: 125,
      stdout: 'n\n',
      stderr: expect.stringMatching(/\[E_NO_TUN\]\nhint: in a container, start/),
    })
  })

  test('lacks nothing where it is given a device, its own /proc and a place for images', async () => {
    const script = 'tspod run --rm hello; tspod run --rm --userns=auto hello; tspod run -d --name a hello; tspod wait a'
    const ran = await inJob([STORAGE, TUN, '--security-opt=unmask=ALL'], 'sh', '-c', script)
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
    expect(ran.stdout).toMatch(/\nnetwork +lo tap0\n[\s\S]*\nuser ids +0-1023 are [\s\S]*\n0\n$/)
  })

  test('stays in its own processes, and exec and stop find it, though /proc is that around it', async () => {
    const script = [
      "tspod run -d --name a alpine sh -c 'echo I am $$; sleep 1000' > /dev/null",
      'tspod exec a readlink /proc/self/ns/pid > a; tspod exec a sh -c "kill -0 1 && echo found"; readlink /proc/self/ns/pid > b',
      'cmp -s a b; echo $?; tspod logs a; tspod stop -t 0 a; tspod rm a',
    ].join('\n')
    const ran = await inJob(['--network=host', STORAGE], 'sh', '-c', script)
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'found\n1\nI am 1\na\na\n' })
  })

  test('runs for another user, too, with the one id that newuidmap cannot add to', async () => {
    const as = 'setpriv --reuid=u --regid=u --clear-groups env HOME=/home/u'
    const script = `useradd -M u; chown -R u: /home/u; ${as} tspod --root /home/u/store/root run --rm --network=none hello`
    const ran = await inJob(['--volume=/home/u/store'], 'sh', '-c', script)
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^user ids +0-0 are 0-0 outside;$/m) })
    expect(linesOf(ran)).toEqual([expect.stringMatching(ONE_ID), expect.stringMatching(HIDDEN)])
  })

  test('has the host name of what is around it where a filter forbids any other, and none that is asked for', async () => {
    const rule = { names: ['sethostname'], action: 'SCMP_ACT_ERRNO' }
    writeFileSync(at('names.json'), JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [rule] }))
    const flags = [STORAGE, TUN, '--hostname=around', `--security-opt=seccomp=${at('names.json')}`]
    const ran = await inJob(flags, 'tspod', 'run', '--rm', 'hello')
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^host +around, /m) })
    expect(linesOf(ran)).toEqual([expect.stringMatching(NO_NAME), expect.stringMatching(HIDDEN)])
    const named = await inJob(flags, 'tspod', 'run', '--rm', '--hostname=me', 'hello')
    expect(named).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/could not set the host name: /) })
  })

  test('is told what it takes where no user namespace can be made', async () => {
    const rule = { names: ['unshare'], action: 'SCMP_ACT_ERRNO' }
    writeFileSync(at('strict.json'), JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [rule] }))
    const ran = await inJob([`--security-opt=seccomp=${at('strict.json')}`], 'tspod', 'run', '--rm', 'hello')
    expect(ran).toMatchObject({ exitCode: 125, stdout: '' })
    expect(ran.stderr).toMatch(
      /^error: .*E_NO_USER_NAMESPACE\]\nhint: .*start what is around this container with --security-opt seccomp=unconfined/m,
    )
  })
})

function linesOf({ stderr }: Result): string[] {
  return stderr.trimEnd().split('\n')
}

/** As the built command prints it. */
async function printed(service: string): Promise<string> {
  const { exitCode, stdout, stderr } = await tspod('ci', service)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return stdout
}

/** The configuration of an image that a job has pushed. */
async function pushed(repository: string, tag: string): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`
  const get = async (path: string): Promise<string> => {
    const headers = { authorization, accept: 'application/vnd.oci.image.manifest.v1+json' }
    return await (await fetch(`http://${registry.host}/v2/${repository}/${path}`, { headers })).text()
  }
  return await get(`blobs/${JSON.parse(await get(`manifests/${tag}`)).config.digest}`)
}
