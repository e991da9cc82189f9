import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { startChild } from '../../base/child.ts'
import { startFront } from '../support/front.ts'
import { publishLayers } from '../support/layered-images.ts'
import { test } from '../support/on-terminal.ts'
import { registriesEnv } from '../support/registries-conf.ts'
import { resultOf, TSPOD } from '../support/tspod.ts'

const QUIET = ['-q', '--network=none'] as const
const RED = '\u001b[31merror:\u001b[39m'

test('names that are nearly right are in the hint', async ({ tspod }) => {
  await tspod('pull', '-q', 'alpine')
  await tspod('create', ...QUIET, '--name', 'frontend', '-v', 'storage:/s', 'alpine')
  await tspod('network', 'create', 'backend')
  await tspod('pod', 'create', '--name', 'kitchen')
  await tspod.with({ input: 'x' }, 'secret', 'create', 'passphrase', '-')
  // biome-ignore format: a table
  for (const [args, hint] of [
    [['start', 'frontnd'],                'did you mean frontend? Else list all containers'],
    [['volume', 'inspect', 'storgae'],    'did you mean storage? Else list them'],
    [['network', 'connect', 'bakend', 'frontend'], 'did you mean backend? Else list them'],
    [['pod', 'stop', 'kitchn'],           'did you mean kitchen? Else list all pods'],
    [['secret', 'inspect', 'pasphrase'],  'did you mean passphrase? Else list them'],
    [['tag', 'alpnie', 'x'],              'did you mean alpine? Else list what there is'],
    [['run', 'alpin', 'true'],            'did you mean alpine? Else'],
    [['pull', 'alpin'],                   'did you mean alpine? Else'],
    [['run', '--rm', 'helo'],             'did you mean hello? Else'],
    [['inspect', 'frontedn'],             'did you mean frontend? Else list what there is'],
    [['start', 'database'],               'list all containers'],
    [['run', '--nmae', 'x', 'alpine'],    'did you mean --name?'],
    [['run', '-name', 'x', 'alpine'],     'did you mean --name?'],
    [['run', ...QUIET, 'alpine', '--rm'], 'write flags before the image'],
    [['run', '--platform=linux/s390x', '--pull=never', 'alpine'], 'leave --platform out, or run "tspod pull --platform linux/s390x alpine" first'],
    [['imgae', 'ls'],                     'did you mean "tspod image ls"?'],
    [['network', 'creat', 'x'],           'did you mean "tspod network create"?'],
  ] as const) {
    const { exitCode, stderr } = await tspod(...args)
    expect([args, exitCode, stderr]).toEqual([args, expect.any(Number), expect.stringMatching(/^error: .* \[E_\w+\]\nhint: /)])
    expect(stderr).toContain(`hint: ${hint}`)
  }
})

test('a directory that we may not enter: whose it is, and what opens it', async ({ tspod }) => {
  // root's alone on every Debian. Source: ldconfig(8)
  const { exitCode, stderr } = await tspod('run', ...QUIET, '-v', '/var/cache/ldconfig/x:/x', 'alpine', 'true')
  expect(exitCode).toBe(125)
  expect(stderr).toMatch(
    /^error: cannot reach \/var\/cache\/ldconfig\/x, which is to be mounted: permission denied at \/var\/cache\/ldconfig \(mode 700, owner somebody else, whose id you do not have\) \[E_UNREACHABLE_SOURCE\]\nhint: use a directory of yours, .*setfacl -m u:\$\(id -u\):x \/var\/cache\/ldconfig.*\n$/,
  )
  const env = { TSPOD_COMPAT: 'docker' } // which makes what is not there
  const made = await tspod.with({ env }, 'run', ...QUIET, '-v', '/usr/not-mine:/x', 'alpine', 'true')
  expect(made).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('cannot make /usr/not-mine') })
  const byRoot = '"sudo mkdir -p /usr/not-mine && sudo chown $(id -u) /usr/not-mine"'
  expect(made.stderr).toContain(`hint: use a directory of yours, or have root make this one: ${byRoot}\n`)
  const missing = await tspod('run', ...QUIET, '-v', '/usr/not-mine:/x', 'alpine', 'true')
  expect(missing.stderr).toContain(`hint: make the directory first: ${byRoot}; or give the name of a volume`)
  expect((await tspod('ps', '-aq')).stdout).toBe('')
})

test('a directory for what is kept that cannot be made: which, why, and what to do', async ({ directory }) => {
  const file = join(directory, 'file')
  writeFileSync(file, '')
  const good = join(directory, 'good')
  // biome-ignore format: a table
  for (const [flags, env, words] of [
    [['--root', file, '--runroot', good],               {},                 `${file}: there is something else`],
    [['--root', good, '--runroot', '/usr/no/y'],        {},                 '/usr/no/y: permission denied'],
    [['--root', '/usr/no/x', '--runroot', good],        {},                 '/usr/no/x: permission denied'],
    [['--runroot', good], { HOME: '/nonexist', XDG_DATA_HOME: '' }, '/nonexist/.local/share/tspod: permission denied'],
  ] as const) {
    const stdio = ['ignore', 'pipe', 'pipe'] as const
    const started = startChild(TSPOD, [...flags, 'ps'], { env: { ...process.env, ...env }, stdio: [...stdio] })
    expect(await resultOf(started)).toEqual({
      exitCode: 125,
      stdout: '',
      stderr: `error: could not make the directory ${words} [E_BAD_ROOT]\nhint: name directories of yours with --root and --runroot, or set HOME to one\n`,
    })
  }
})

test('a container to tidy up that there is not: an error for a name, none for an id, as a monitor may come late', async ({
  tspod,
}) => {
  const named = await tspod('container', 'cleanup', 'nope')
  expect(named).toMatchObject({ exitCode: 125, stdout: '', stderr: expect.stringContaining('E_CONTAINER_NOT_FOUND') })
  expect(await tspod('container', 'cleanup', 'a'.repeat(64))).toMatchObject({ exitCode: 0, stderr: '' })
})

test('an error has a page', async ({ tspod }) => {
  expect(await tspod('help', 'E_PORT_IN_USE')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^E_PORT_IN_USE\n\n {2}Something listens on this port of the host\.\n/),
  })
  expect(await tspod('help', 'port_in_use')).toEqual(await tspod('help', 'E_PORT_IN_USE'))
  expect(await tspod('help', 'e_port_in_use')).toEqual(await tspod('help', 'E_PORT_IN_USE'))
  expect((await tspod('help', 'E_PORT_IN_USES')).stderr).toContain('did you mean E_PORT_IN_USE?')
})

test('--json, before and after the command, is an object a line, with the status of the command', async ({ tspod }) => {
  const errors = (stderr: string): unknown[] =>
    stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  const error = (name: string) => ({
    ...{ code: 'E_CONTAINER_NOT_FOUND', message: `no container ${name}`, hint: expect.any(String) },
    ...{ exitCode: 1, command: 'rm' },
  })
  for (const args of [
    ['--json', 'rm', 'a', 'b'],
    ['rm', '--json', 'a', 'b'],
  ]) {
    const { exitCode, stderr } = await tspod(...args)
    expect([exitCode, errors(stderr)]).toEqual([1, [error('a'), error('b')]])
  }
  const flag = await tspod('rm', '--bogus', '--json')
  expect(errors(flag.stderr)).toMatchObject([{ code: 'E_UNKNOWN_FLAG', exitCode: 125, command: 'rm' }])
  const unknown = await tspod('--json', 'nonsense')
  expect(errors(unknown.stderr)).toMatchObject([{ code: 'E_UNKNOWN_COMMAND', command: null }])
  await tspod('pull', '-q', 'alpine')
  const ran = await tspod('--json', 'run', ...QUIET, '--rm', 'alpine', '/no')
  expect([ran.exitCode, errors(ran.stderr)]).toMatchObject([
    127,
    [{ code: 'E_LAUNCH_FAILED', exitCode: 127, command: 'run' }],
  ])
  // What the container's program is given is its own.
  const own = await tspod('run', ...QUIET, '--rm', 'alpine', 'sh', '-c', 'echo "$0"; exit 3', '--json')
  expect(own).toMatchObject({ exitCode: 3, stdout: '--json\n', stderr: '' })
  // Commands whose result can be JSON have the same flag.
  expect(JSON.parse((await tspod('--json', 'why')).stdout)).toMatchObject({ exitCode: 3 })
  expect(JSON.parse((await tspod('images', '--json')).stdout)).toHaveLength(1)
  expect((await tspod('--json', 'ps', '-a')).stdout).toMatch(/^CONTAINER ID/)
  expect(JSON.parse((await tspod('--json', 'doctor')).stdout)).toEqual(expect.any(Array))
})

test('colours on terminals, and where they are forced', async ({ tspod, onTerminal }) => {
  await using terminal = onTerminal(['start', 'x'])
  await terminal.shows('E_CONTAINER_NOT_FOUND')
  expect(terminal.text()).toContain(RED)
  await using plain = onTerminal(['start', 'x'], { env: { ...process.env, NO_COLOR: '1' } })
  await plain.shows('E_CONTAINER_NOT_FOUND')
  expect(plain.text()).not.toContain('\u001b[')
  await using dumb = onTerminal(['start', 'x'], { env: { ...process.env, TERM: 'dumb' } })
  await dumb.shows('E_CONTAINER_NOT_FOUND')
  expect(dumb.text()).not.toContain('\u001b[')
  expect((await tspod('start', 'x')).stderr).not.toContain('\u001b[')
  expect((await tspod.with({ env: { FORCE_COLOR: '1' } }, 'start', 'x')).stderr).toContain(RED)
})

test('--ci folds what is pulled and run in GitHub and GitLab, and nowhere else', async ({ tspod }) => {
  const run = async (env: Record<string, string>) => {
    await tspod('rmi', '-f', 'alpine')
    return await tspod.with(
      { env: { GITHUB_ACTIONS: '', GITLAB_CI: '', ...env } },
      '--ci',
      'run',
      '--rm',
      '--network=none',
      'alpine',
      'echo',
      'hi',
    )
  }
  const github = await run({ GITHUB_ACTIONS: 'true' })
  expect(github).toMatchObject({ exitCode: 0, stdout: 'hi\n' })
  expect(github.stderr).toMatch(
    /^::group::Pulling docker\.io\/library\/alpine:latest\nPulling .*\n(sha256:.*\n)+::endgroup::\n::group::Running alpine\n::endgroup::\n$/,
  )
  const gitlab = await run({ GITLAB_CI: 'true' })
  const [start = ''] = gitlab.stderr.split('\r')
  const name = /^section_start:\d+:(tspod_Pulling_[a-zA-Z0-9_.-]+)$/.exec(start)?.[1]
  expect(gitlab.stderr).toMatch(new RegExp(`^section_end:\\d+:${name}\r`, 'm'))
  const plain = await run({})
  expect(plain.stderr).toMatch(/^Pulling docker\.io\/library\/alpine:latest\n(sha256:.*\n)+$/)
})

test('nothing of ours can be a command to the runner', async ({ tspod }) => {
  const env = { GITHUB_ACTIONS: 'true' }
  await tspod('pull', '-q', 'alpine')
  await tspod('create', ...QUIET, '--name', 'box', '-l', 'evil=::error::forged', 'alpine')
  const template = '{{.Config.Labels.evil}}'
  const inspected = await tspod.with({ env }, '--ci', 'inspect', '-f', template, 'box')
  expect(inspected.stdout).toBe('%3A%3Aerror::forged\n')
  expect((await tspod.with({ env }, 'inspect', '-f', template, 'box')).stdout).toBe('::error::forged\n')
  const failed = await tspod.with({ env }, '--ci', 'start', 'x\n::warning::forged')
  expect(failed.stderr).toMatch(
    /^::error title=E_CONTAINER_NOT_FOUND::no container x; ::warning::forged \[E_CONTAINER_NOT_FOUND\]\nhint: .*\n$/,
  )
})

test('a pull on a terminal shows the layers and all of them together, with the time that is left', async ({
  tspod,
  onTerminal,
  directory,
}) => {
  const layer = (name: string) => [{ name, content: randomBytes(300_000).toString('base64') }]
  await publishLayers(inject('registry'), 'messages/two', [layer('a'), layer('b')])
  let isHurried = false
  await using front = await startFront(inject('registry'), {
    instead: (incoming, response) => {
      const isBlob = incoming.method === 'GET' && incoming.url?.includes('/blobs/') === true
      if (isBlob) void drip(`http://${inject('registry')}${incoming.url}`, response, () => isHurried)
      return isBlob
    },
  })
  const env = { ...process.env, ...registriesEnv(directory, [front.host]), TERM: 'xterm' }
  await using terminal = onTerminal(['pull', `${front.host}/messages/two`], { env, columns: 120 })
  await terminal.shows('s left')
  await terminal.shows('total')
  await terminal.shows('s left')
  isHurried = true
  expect(await terminal.exitCode()).toBe(0)
  expect(terminal.text()).toMatch(/[0-9a-f]{12} downloading +\[=*-+\] \S+ \/ \S+ {2}\S+\/s {2}\d+m?\d*s left/)
  expect(terminal.text()).toMatch(/ {2}total +downloading +\[=*-+\] \S+ \/ \S+ {2}\S+\/s {2}\d+m?\d*s left/)
  expect(terminal.text()).toMatch(/[0-9a-f]{12} done +\d/)
  expect((await tspod('pull', 'messages/two')).stderr).not.toContain('\u001b[')
})

/** Sends a blob in pieces that become smaller and smaller, so that it does not come to its end, until it is hurried. */
async function drip(url: string, response: ServerResponse, isHurried: () => boolean): Promise<void> {
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer())
  response.writeHead(200, { 'content-length': bytes.length })
  let sent = 0
  const timer = setInterval(() => {
    const most = isHurried() || bytes.length < 10_000 ? bytes.length : Math.ceil((bytes.length - sent) / 200)
    response.write(bytes.subarray(sent, sent + most))
    sent += most
    if (sent < bytes.length) return
    clearInterval(timer)
    response.end()
  }, 20)
  response.on('close', () => clearInterval(timer))
}
