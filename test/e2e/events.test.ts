import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../support/fixtures.ts'
import { resultOf } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const DOCKER = { env: { TSPOD_COMPAT: 'docker' } }
const PAST = ['events', '--stream=false']

test.for([
  [[], ['died', 'stop', 'cleanup']],
  [['--init'], ['died', 'stop', 'cleanup']],
  [['--rm'], ['died', 'stop', 'cleanup', 'remove']],
] as const)('a container that is stopped ends once: %j', async ([flags, ended], { tspod }) => {
  await tspod('run', '-d', '--name', 'box', '--network=none', ...flags, 'alpine', 'sleep', 'inf')
  await tspod('restart', '-t', '0', 'box')
  await tspod('stop', '-t', '0', 'box')
  const { stdout } = await tspod(...PAST, '--filter', 'container=box', '--format', '{{.Status}}')
  const all = stdout.trimEnd().split('\n')
  expect(all.slice(all.lastIndexOf('restart') + 1)).toEqual(ended)
  expect(all.filter((word) => word === 'died')).toHaveLength(2)
})

test('what happens to containers, images and volumes is told in its order', async ({ tspod }) => {
  await tspod('run', '--name', 'box', '--network=none', '-l', 'app=web', 'alpine', 'sh', '-c', 'exit 3')
  await tspod('tag', 'alpine', 'other')
  await tspod('rename', 'box', 'bin')
  await tspod('rm', 'bin')
  await tspod('volume', 'create', 'data')
  await tspod('volume', 'rm', 'data')
  await tspod('rmi', 'other')
  const { stdout } = await tspod(...PAST, '--format', '{{.Type}} {{.Status}} {{.Name}}')
  expect(stdout.trimEnd().split('\n')).toEqual([
    'image pull docker.io/library/alpine:latest',
    ...['container create box', 'container start box', 'container died box', 'container cleanup box'],
    'image tag localhost/other:latest',
    ...['container rename bin', 'container remove bin', 'volume create data', 'volume remove data'],
    'image untag localhost/other:latest',
  ])
  const of = async (...words: string[]) => (await tspod(...PAST, ...words)).stdout
  expect(await of('--filter', 'event=died')).toMatch(
    /^\d{4}-\d\d-\d\d [\d:.]+ \+0000 UTC container died [0-9a-f]{64} \(image=docker\.io\/library\/alpine:latest, name=box, app=web\)\n$/,
  )
  expect(JSON.parse(await of('--filter', 'event=die', '--format', 'json'))).toMatchObject({
    ...{
      ContainerExitCode: 3,
      Image: 'docker.io/library/alpine:latest',
      Name: 'box',
      Status: 'died',
      Type: 'container',
    },
    ...{ Attributes: { app: 'web' }, time: expect.any(Number), timeNano: expect.any(Number), ID: expect.any(String) },
  })
  expect((await of('--filter', 'type=volume', '--format', '{{.Status}}')).split('\n')).toEqual(['create', 'remove', ''])
  expect((await of('--filter', 'container=bin', '--format', '{{.Status}}')).split('\n')).toEqual([
    'rename',
    'remove',
    '',
  ])
  expect(
    await of(
      '--filter',
      'label=app=web',
      '--filter',
      'event=create',
      '--filter',
      'event=start',
      '--format',
      '{{.Status}}',
    ),
  ).toBe('create\nstart\n')
  expect(await of('--filter', 'image=other', '--format', '{{.Status}}')).toBe('tag\nuntag\n')
  expect(await of('--filter', 'type=volume', '--no-trunc=false')).toMatch(/volume create data\n/)
  expect(await tspod('system', ...PAST, '--filter', 'nonsense=x')).toMatchObject({ exitCode: 125 })
})

test("docker's words, lines, JSON and templates", async ({ tspod }) => {
  await tspod('run', '--rm', '--name', 'box', '--network=none', 'alpine', 'sh', '-c', 'exit 3')
  const docker = async (...words: string[]) =>
    (await tspod.with(DOCKER, ...PAST, '--filter', 'type=container', ...words)).stdout
  expect((await docker('--format', '{{.Action}} {{.Actor.Attributes.name}}')).trimEnd().split('\n')).toEqual([
    ...['create box', 'start box', 'die box', 'destroy box'],
  ])
  expect(await docker('--filter', 'event=die')).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:]+\.\d{9}Z container die [0-9a-f]{64} \(exitCode=3, image=alpine:latest, name=box\)\n$/,
  )
  expect(JSON.parse(await docker('--filter', 'event=die', '--format', '{{json .}}'))).toMatchObject({
    ...{ status: 'die', Type: 'container', Action: 'die', scope: 'local', from: 'alpine:latest' },
    Actor: { ID: expect.any(String), Attributes: { exitCode: '3', name: 'box' } },
  })
  expect(await tspod.with(DOCKER, ...PAST, '--format', '{{.Nope')).toMatchObject({ exitCode: 64 })
  expect(await tspod(...PAST, '--format', '{{.Nope}}')).toMatchObject({ exitCode: 125 })
})

test('since and until', async ({ tspod }) => {
  await tspod('create', '--name', 'one', '--network=none', 'alpine', 'true')
  const at = Date.now() / 1000
  await tspod('create', '--name', 'two', '--network=none', 'alpine', 'true')
  const of = async (...words: string[]) =>
    (await tspod('events', '--filter', 'event=create', '--format', '{{.Name}}', ...words)).stdout
  expect(await of('--stream=false')).toBe('one\ntwo\n')
  expect(await of('--stream=false', '--since', `${at}`)).toBe('two\n')
  expect(await of('--stream=false', '--since', '1h')).toBe('one\ntwo\n')
  // Streaming, it ends when that time has come, or has passed.
  expect(await of('--until', `${at}`)).toBe('one\n')
  expect(await of('--since', '1h', '--until', `${Date.now() / 1000 + 1}`)).toBe('one\ntwo\n')
  expect(await tspod('events', '--since', 'yesterday')).toMatchObject({ exitCode: 125 })
})

/** What a command has printed up to now, line by line. */
function linesOf(child: ChildProcess): string[] {
  const lines: string[] = []
  let rest = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  return lines
}

test('who follows sees what comes, and nothing before it', async ({ tspod }) => {
  await tspod('create', '--name', 'before', '--network=none', 'alpine', 'true')
  const following = tspod.spawn(['events', '--filter', 'type=container', '--format', '{{.Status}} {{.Name}}'])
  const lines = linesOf(following)
  // It says nothing of itself, so it is told something until it has heard it.
  for (let round = 0; lines.length === 0; round++)
    await tspod('create', '--name', `n${round}`, '--network=none', 'alpine', 'true')
  await tspod('run', '--rm', '--name', 'box', '--network=none', 'alpine', 'true')
  await until('it has seen the end', () => lines.includes('remove box'))
  expect(lines.filter((line) => line.endsWith(' box'))).toEqual([
    'create box',
    'start box',
    'died box',
    'cleanup box',
    'remove box',
  ])
  expect(lines).not.toContain('create before')
  const ended = once(following, 'exit')
  following.kill()
  await ended
})

test('the file is changed for a new one when it is large, and no event is lost on the way', async ({ tspod }) => {
  await tspod('pull', 'alpine')
  const file = join(tspod.root, 'events.log')
  const filler = `${JSON.stringify({ timeMs: 1, type: 'system', action: 'refresh', id: '', name: 'x'.repeat(1000), attributes: {} })}\n`
  appendFileSync(file, filler.repeat(Math.ceil((4 << 20) / filler.length) - 3))
  const following = tspod.spawn(['events', '--since', '1h', '--filter', 'event=tag', '--format', '{{.Name}}'])
  const lines = linesOf(following)
  const names = Array.from({ length: 24 }, (_, index) => `localhost/n${index}:latest`)
  const tags = names.map(async (name) => await resultOf(tspod.spawn(['tag', 'alpine', ...Array(6).fill(name)])))
  for (const { exitCode } of await Promise.all(tags)) expect(exitCode).toBe(0)
  expect(existsSync(`${file}.1`)).toBe(true)
  expect(statSync(file).size).toBeLessThan(1 << 20)
  const wanted = names.flatMap((name) => Array(6).fill(name)).sort()
  const { stdout } = await tspod(...PAST, '--filter', 'event=tag', '--format', '{{.Name}}')
  expect(stdout.trimEnd().split('\n').sort()).toEqual(wanted)
  await until('the follower has seen as many', () => lines.length >= wanted.length)
  expect([...lines].sort()).toEqual(wanted)
  const ended = once(following, 'exit')
  following.kill()
  await ended
})

test('what is no event in the file is passed over, and labels cannot forge lines', async ({ tspod }) => {
  await tspod(
    'create',
    '--name',
    'box',
    '--network=none',
    '-l',
    'evil=a\n2026 container died \u001b[2J',
    'alpine',
    'true',
  )
  appendFileSync(join(tspod.root, 'events.log'), 'nonsense\n{"timeMs":1}\n[]\n{"timeMs":1,"type":"container","act')
  await tspod('rm', 'box')
  appendFileSync(join(tspod.root, 'events.log'), '\n')
  const { stdout, exitCode } = await tspod(...PAST, '--filter', 'type=container')
  expect(exitCode).toBe(0)
  expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  expect(stdout).not.toContain('\u001b')
})
