import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunExplanation } from '../../engine/explain/explain-run.ts'
import { expect, test } from '../support/fixtures.ts'
import type { Tspod } from '../support/tspod.ts'

async function explained(tspod: Tspod, ...args: string[]): Promise<RunExplanation & { who(subject: string): string }> {
  const result = await tspod('run', '--explain=json', ...args)
  expect(result).toMatchObject({ exitCode: 0 })
  const explanation = JSON.parse(result.stdout) as RunExplanation
  const who = (subject: string): string => {
    const found = explanation.values.find((value) => value.subject === subject)
    return found ? `${found.value} | ${found.decidedBy}` : 'nothing'
  }
  return { ...explanation, who }
}

test('which flag or file decided what', async ({ tspod, directory }) => {
  await tspod('pull', '-q', 'alpine')
  mkdirSync(join(directory, 'src'))
  writeFileSync(join(directory, 'env'), 'FROM_FILE=f\n')
  const { who } = await explained(
    tspod,
    ...['--network=none', '-e', 'A=1', '--env-file', 'env', '-w', '/opt', '-u', 'alice', '-m', '64m', '--rm'],
    ...['-v', './src:/src:ro', '-v', 'data:/data', '--tmpfs', '/scratch', '--cap-drop', 'ALL', '--name', 'box'],
    ...[
      '--log-driver',
      'json-file',
      '--security-opt',
      'seccomp=unconfined',
      '--dns',
      '1.2.3.4',
      'alpine',
      'echo',
      'hi',
    ],
  )
  // biome-ignore format: a table
  for (const [subject, expected] of [
    ['name',               'box | --name'],
    ['network',            'none | --network'],
    ['command',            'echo hi | the command line'],
    ['user',               '1000:1000 | --user'],
    ['working directory',  '/opt | --workdir'],
    ['variable A',         '1 | --env'],
    ['variable FROM_FILE', 'f | --env-file'],
    ['variable PATH',      '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin | the image'],
    ['variable container', 'oci | default'],
    ['memory',             '64m | --memory'],
    ['capabilities',       'none | --cap-drop'],
    ['seccomp profile',    'unconfined | --security-opt'],
    ['log driver',         'json-file | --log-driver'],
    ['name servers',       '1.2.3.4 | --dns'],
    ['detach keys',        'ctrl-p,ctrl-q | default'],
    ['pull policy',        'missing | default'],
    ['removed at its end', 'yes | --rm'],
  ] as const) {
    expect(who(subject), subject).toBe(expected)
  }
  expect(who('mount /src')).toMatch(/src \(.*ro.*\) \| --volume$/)
  expect(who('mount /data')).toMatch(/^volume data \(.*\) \| --volume$/)
  expect(who('mount /scratch')).toMatch(/^tmpfs .* \| --tmpfs$/)
  expect(who('mount /proc')).toMatch(/ \| default$/)
  expect(who('storage driver')).toMatch(/ \| the best that works here/)
})

test('nothing is done: no container, volume, directory, event or lock is left', async ({ tspod, directory, host }) => {
  await tspod('pull', '-q', 'alpine')
  await tspod('run', '--rm', '--network=none', 'alpine', 'true')
  const events = readFileSync(join(directory, 'root/events.log'), 'utf8')
  const entries = () =>
    ['containers', 'volumes', 'tmp', 'seccomp', 'locks'].map((name) => {
      const path = join(directory, 'root', name)
      return existsSync(path) ? readdirSync(path).sort() : []
    })
  const before = entries()
  const docker = (...args: string[]) => tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, ...args)
  const flags = [
    '--network=none',
    '-v',
    'new:/new',
    '-v',
    '/anonymous',
    '-v',
    `${directory}/missing:/m`,
    '--userns',
    'auto',
  ]
  expect(await docker('run', '-d', '--explain', ...flags, '--cidfile', 'cid', 'alpine', 'true')).toMatchObject({
    exitCode: 0,
  })
  expect(await docker('create', '--explain', ...flags, 'alpine', 'true')).toMatchObject({ exitCode: 0 })
  expect(entries()).toEqual(before)
  expect(readFileSync(join(directory, 'root/events.log'), 'utf8')).toBe(events)
  expect([existsSync(join(directory, 'missing')), existsSync(join(directory, 'cid'))]).toEqual([false, false])
  expect(await tspod('ps', '-aq')).toMatchObject({ stdout: '' })
  expect(await tspod('volume', 'ls', '-q')).toMatchObject({ stdout: '' })
  expect(host.traces()).toMatchObject({ mounts: [], processes: [] })
})

test('what is explained is what is done', async ({ tspod }) => {
  await tspod('pull', '-q', 'alpine')
  const flags = [
    '--network=none',
    '--name',
    'box',
    '--hostname',
    'h',
    '-e',
    'A=1',
    '--read-only',
    '-v',
    'v:/v',
    'alpine',
    'sleep',
    '5',
  ]
  const { config, steps } = await explained(tspod, ...flags)
  await tspod('create', ...flags)
  const [made] = JSON.parse((await tspod('inspect', 'box')).stdout)
  expect(made.Config.Env.toSorted()).toEqual(config.process.env.toSorted())
  expect(made.Config.Cmd).toEqual(config.process.args)
  expect(made.HostConfig.ReadonlyRootfs).toBe(config.root.readonly)
  expect(steps.map(({ op }) => op)).toEqual(
    expect.arrayContaining(['clone', 'pivot', 'capabilities', 'exec', 'supervise']),
  )
  expect(steps.find(({ op }) => op === 'pivot')?.by).toBe('container')
  expect(steps.at(-1)).toMatchObject({ by: 'monitor', op: 'supervise' })
})

test('in words, with the steps in their order; a secret shows by its name alone', async ({ tspod }) => {
  await tspod('pull', '-q', 'alpine')
  await tspod.with({ input: 'S3cret' }, 'secret', 'create', 'key', '-')
  const flags = ['--secret', 'key', '--secret', 'key,type=env,target=KEY', '--network=none']
  const { stdout } = await tspod('run', '--explain', ...flags, 'alpine', 'true')
  expect(stdout).toMatch(/^WHAT +DECIDED BY +VALUE\n/)
  expect(stdout).toMatch(/^variable KEY +--secret +the secret key$/m)
  const order = [
    'create the namespaces',
    'make it the root file system',
    'mount proc on /proc',
    'run true',
    'record the start of the container',
  ]
  const places = order.map((text) => stdout.indexOf(text))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places[0]).toBeGreaterThan(0)
  const { stdout: json } = await tspod('run', '--explain=json', ...flags, 'alpine', 'true')
  expect(stdout + json).not.toContain('S3cret')
})

// biome-ignore format: a table
test.for([
  ['an image that is not here',  ['nowhere/nothing'],               'E_IMAGE_NOT_KNOWN'],
  ['a format that there is not', ['--explain=yaml', 'alpine'],      'E_BAD_FLAG'],
  ['a bad flag',                 ['--memory', 'much', 'alpine'],    'E_BAD_SIZE'],
] as const)('%s: the error of a run', async ([, args, code], { tspod }) => {
  await tspod('pull', '-q', 'alpine')
  expect(await tspod('run', '--explain', ...args)).toMatchObject({
    exitCode: 125,
    stdout: '',
    stderr: expect.stringContaining(`[${code}]`),
  })
})
