import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from '../../base/child.ts'
import { expect, test } from '../support/fixtures.ts'
import type { Tspod } from '../support/tspod.ts'

const VALUE = 'hunter2-very-secret'

async function makeSecret(tspod: Tspod, name = 'token', value = VALUE): Promise<string> {
  const made = await tspod.with({ input: value }, 'secret', 'create', name, '-')
  expect(made).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{25}\n$/), stderr: '' })
  return made.stdout.trim()
}

const sh = (tspod: Tspod, options: readonly string[], script: string) =>
  tspod('run', '--rm', '-q', '--network=none', ...options, 'alpine', 'sh', '-c', script)

test('create, ls, inspect, exists, rm', async ({ tspod, directory }) => {
  const id = await makeSecret(tspod)
  writeFileSync(join(directory, 'file'), 'from a file')
  expect((await tspod('secret', 'create', '-l', 'a=b', 'other', 'file')).exitCode).toBe(0)
  expect((await tspod.with({ env: { MINE: 'x' } }, 'secret', 'create', '--env', 'third', 'MINE')).exitCode).toBe(0)
  expect((await tspod('secret', 'ls', '--format', '{{.Name}} {{.Driver}}')).stdout).toBe(
    'other file\nthird file\ntoken file\n',
  )
  expect((await tspod('secret', 'ls')).stdout).toMatch(/^ID +NAME +DRIVER +CREATED +UPDATED\n/)
  expect((await tspod('secret', 'ls', '-q', '--filter', 'name=tok')).stdout).toBe(`${id}\n`)
  const [seen] = JSON.parse((await tspod('secret', 'inspect', 'token')).stdout)
  expect(seen).toMatchObject({ ID: id, Spec: { Name: 'token', Driver: { Name: 'file' }, Labels: {} } })
  expect(seen.SecretData).toBeUndefined()
  expect((await tspod('secret', 'inspect', '--showsecret', '-f', '{{.SecretData}}', 'token')).stdout).toBe(`${VALUE}\n`)
  expect((await tspod('secret', 'inspect', id.slice(0, 8))).exitCode).toBe(0)
  expect((await tspod('secret', 'exists', 'token')).exitCode).toBe(0)
  expect((await tspod('secret', 'exists', 'nope')).exitCode).toBe(1)
  expect(await tspod('secret', 'rm', 'nope', 'token')).toMatchObject({
    exitCode: 125,
    stdout: `${id}\n`,
    stderr: expect.stringContaining('no secret nope'),
  })
  expect((await tspod('secret', 'rm', '-a')).stdout.split('\n')).toHaveLength(3)
  expect(readdirSync(join(tspod.root, 'secrets'))).toEqual([])
})

test('what killed commands left goes, and one secret is not below another', async ({ tspod }) => {
  await makeSecret(tspod)
  const left = (name: string) => join(tspod.root, 'secrets', name)
  for (const name of ['old', 'new']) writeFileSync(left(name), VALUE)
  utimesSync(left('old'), 1, 1)
  await makeSecret(tspod, 'other')
  expect(['old', 'new'].map((name) => existsSync(left(name)))).toEqual([false, true])
  expect(await sh(tspod, ['--secret=token,target=a', '--secret=other,target=a/b'], 'true')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('another one is a file on the way there [E_BAD_SECRET]'),
  })
})

test('a name that is taken, --replace and --ignore', async ({ tspod }) => {
  const first = await makeSecret(tspod)
  const again = (...flags: string[]) => tspod.with({ input: 'new' }, 'secret', 'create', ...flags, 'token', '-')
  expect(await again()).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('there is a secret token already'),
  })
  expect((await again('--ignore')).stdout).toBe(`${first}\n`)
  const replaced = await again('--replace')
  expect(replaced.stdout).not.toBe(`${first}\n`)
  expect((await tspod('secret', 'inspect', '--showsecret', '-f', '{{.SecretData}}', 'token')).stdout).toBe('new\n')
  expect(readdirSync(join(tspod.root, 'secrets'))).toHaveLength(1)
})

test('mounted below /run/secrets or elsewhere, with owner and mode, and as a variable', async ({ tspod }) => {
  await makeSecret(tspod)
  const mounts = [
    '--secret',
    'token',
    '--secret',
    'token,target=deep/er,uid=5,gid=6,mode=0400',
    '--secret',
    'source=token,target=/etc/key',
  ]
  const look =
    'cat /run/secrets/token /etc/key; stat -c "%a %u:%g" /run/secrets/token /run/secrets/deep/er; touch /run/secrets/x 2>&1 | sed "s/.*: //"'
  expect(await sh(tspod, mounts, look)).toEqual({
    exitCode: 0,
    stdout: `${VALUE}${VALUE}444 0:0\n400 5:6\nRead-only file system\n`,
    stderr: '',
  })
  expect(
    await sh(tspod, ['--secret', 'token,type=env', '--secret', 'token,type=env,target=KEY'], 'echo $token $KEY'),
  ).toMatchObject({
    stdout: `${VALUE} ${VALUE}\n`,
  })
})

test('what it is, is nowhere that is shown, kept or copied', async ({ tspod, directory }) => {
  await makeSecret(tspod)
  await using box = await tspod.start(
    '--name',
    'box',
    '--network=none',
    '--secret',
    'token',
    '--secret',
    'token,type=env',
    'alpine',
    'sleep',
    '1000',
  )
  expect((await box.exec('sh', '-c', 'cat /run/secrets/token; echo $token')).stdout).toBe(`${VALUE}${VALUE}\n`)
  const shown = [
    await tspod('inspect', 'box'),
    await tspod('ps', '-a', '--no-trunc'),
    await tspod('diff', 'box'),
    await tspod('secret', 'inspect', 'token'),
    await tspod('commit', '-q', 'box', 'committed'),
    await tspod('image', 'inspect', 'committed'),
    await tspod('export', '-o', 'box.tar', 'box'),
    await tspod('save', '-q', '-o', 'image.tar', 'committed'),
  ]
  for (const { exitCode, stdout, stderr } of shown) {
    expect(exitCode).toBe(0)
    expect(stdout + stderr).not.toContain(VALUE)
  }
  for (const file of ['box.tar', 'image.tar', 'root/state.db', 'root/state.db-wal', 'root/events.log'])
    expect(readFileSync(join(directory, file)).includes(VALUE), file).toBe(false)
  expect(runChild('/bin/ps', ['-eo', 'args'])?.stdout).not.toContain(VALUE)
  const [file = ''] = readdirSync(join(tspod.root, 'secrets'))
  expect(statSync(join(tspod.root, 'secrets', file)).mode & 0o777).toBe(0o600)
  // The container keeps what it was given.
  await tspod('secret', 'rm', 'token')
  await tspod('stop', '-t', '0', 'box')
  await tspod('start', 'box')
  expect((await box.exec('cat', '/run/secrets/token')).stdout).toBe(VALUE)
})

// biome-ignore format: a table
test.for([
  [['nope'],                      'no secret nope'],
  [['token,type=file'],           'neither mount nor env'],
  [['token,mode=9'],              'not octal'],
  [['token,target=../x'],         'not below /run/secrets'],
  [['token,what=1'],              'there is no option'],
  [['token,type=env,uid=1'],      'a variable has no uid'],
  [['token', 'token'],            'two secrets are to be /run/secrets/token'],
] as const)('--secret %j is refused', async ([secrets, words], { tspod }) => {
  await makeSecret(tspod)
  const result = await sh(tspod, secrets.flatMap((secret) => ['--secret', secret]), 'true')
  expect(result).toMatchObject({ exitCode: 125, stderr: expect.stringContaining(words) })
  expect(readdirSync(join(tspod.root, 'containers'))).toEqual([])
})

test('what is no secret is refused', async ({ tspod }) => {
  expect(await tspod.with({ input: '' }, 'secret', 'create', 'empty', '-')).toMatchObject({ exitCode: 125 })
  expect(await tspod.with({ input: 'x'.repeat(600_000) }, 'secret', 'create', 'big', '-')).toMatchObject({
    exitCode: 125,
  })
  for (const name of ['a/b', '.', '-x', 'x,y'])
    expect((await tspod.with({ input: 'x' }, 'secret', 'create', '--', name, '-')).exitCode).toBe(125)
  expect(await tspod('secret', 'create', '-d', 'pass', 'a', '/etc/hostname')).toMatchObject({ exitCode: 125 })
  expect(await tspod('secret', 'create', '--env', 'a', 'NOT_THERE')).toMatchObject({ exitCode: 125 })
  expect((await tspod('secret', 'ls', '-q')).stdout).toBe('')
})
