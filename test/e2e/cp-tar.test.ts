import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { tar } from '../../storage/layers/tar-builder.ts'
import { expect, test } from '../support/fixtures.ts'
import { treeOf } from '../support/tree-of.ts'
import type { RunningContainer, Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

function sleeper(tspod: Tspod, ...options: string[]): Promise<RunningContainer> {
  return tspod.start('--network=none', ...options, 'alpine', 'sleep', '1000')
}

const ARCHIVE = tar([
  { name: './', type: '5', mode: 0o700 },
  { name: 'd/', type: '5', mode: 0o750, mtimeS: 5000 },
  { name: 'd/f', data: 'F', mode: 0o640, uid: 33, gid: 44, mtimeS: 4000 },
  { name: 'd/hard', type: '1', linkName: 'd/f' },
  { name: 'link', type: '2', linkName: 'd' },
  { name: 'link/through', data: 'T' },
  { name: 'implied/x', data: 'X' },
  { name: 'dev', type: '3' },
])

test.for(['plain', 'gzip'] as const)('a %s tar from stdin, with links that lead inside', async (form, { tspod }) => {
  await using box = await sleeper(tspod)
  const { id } = box
  const input = form === 'gzip' ? gzipSync(ARCHIVE) : ARCHIVE
  const copied = await tspod.with({ input }, 'cp', '-', `${id}:/opt`)
  expect(copied).toMatchObject({ exitCode: 0, stderr: 'dev is left out: it is a device\n' })
  const look = 'cd /opt; stat -c "%n %a %u:%g %Y %h" d d/f; cat d/hard d/through implied/x; stat -c %a /opt'
  expect(await tspod('exec', id, 'sh', '-c', look)).toMatchObject({
    stdout: 'd 750 0:0 5000 2\nd/f 640 0:0 4000 2\nFTX755\n',
  })
  await tspod.with({ input, env: { TSPOD_COMPAT: 'docker' } }, 'cp', '-', `${id}:/opt`)
  expect(await tspod('exec', id, 'stat', '-c', '%u:%g', '/opt/d/f')).toMatchObject({ stdout: '33:44\n' })
})

test('what is in a container comes out as a tar and goes in again', async ({ tspod, directory }) => {
  await using box = await sleeper(tspod)
  const { id } = box
  await tspod.with({ input: ARCHIVE }, 'cp', '-', `${id}:/opt`)
  for (const [path, first] of [
    ['/opt', 'opt/'],
    ['/opt/.', './'],
    ['/opt/d/f', 'f'],
  ] as const) {
    const { stdout } = await tspod('cp', `${id}:${path}`, '-')
    expect(stdout.slice(0, stdout.indexOf('\0'))).toBe(first)
  }
  mkdirSync(join(directory, 'out'))
  const child = tspod.spawn(['cp', `${id}:/opt`, '-'])
  const back = tspod.spawn(['cp', '-', `${id}:/tmp`])
  if (child.stdout && back.stdin) child.stdout.pipe(back.stdin)
  expect(await new Promise((resolve) => back.once('close', resolve))).toBe(0)
  await tspod('cp', `${id}:/tmp/opt/.`, 'out')
  expect(treeOf(join(directory, 'out'))).toEqual({
    'd/f': 'F',
    'd/hard': 'F',
    'd/through': 'T',
    'implied/x': 'X',
    link: '-> d',
  })
})

// biome-ignore format: a table
test.for([
  ['a name that goes up',       tar([{ name: '../x', data: 'x' }]),                                    'E_BAD_ARCHIVE'],
  ['a link that goes up',       tar([{ name: 'l', type: '1', linkName: '../../etc/passwd' }]),          'E_BAD_ARCHIVE'],
  ['a hard link to nothing',    tar([{ name: 'l', type: '1', linkName: 'nothing' }]),                   'E_COPY_FAILED'],
  ['no tar at all',             Buffer.alloc(2048, 'nonsense'),                                         'E_BAD_ARCHIVE'],
  ['one that is cut off',       tar([{ name: 'f', data: 'x', sizeBytes: 100_000 }], { end: false }),    'E_BAD_ARCHIVE'],
  ['a file over a directory',   tar([{ name: 'dir', data: 'x' }]),                                      'E_CANNOT_OVERWRITE'],
] as const)('%s is refused', async ([, input, code], { tspod, directory }) => {
  writeFileSync(join(directory, 'x'), 'untouched')
  await using box = await sleeper(tspod, '-v', `${directory}:/host`)
  const { id } = box
  await tspod('exec', id, 'mkdir', '-p', '/t/dir')
  expect(await tspod.with({ input }, 'cp', '-', `${id}:/t`)).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining(`[${code}]`),
  })
  expect(await tspod('exec', id, 'find', '/t', '-type', 'f')).toMatchObject({ stdout: '' })
})

test('links of a tar lead inside the container only', async ({ tspod, directory }) => {
  mkdirSync(join(directory, 'keep'))
  await using box = await sleeper(tspod)
  const { id } = box
  const input = tar([
    { name: 'out', type: '2', linkName: join(directory, 'keep') },
    { name: 'out/planted', data: 'x' },
    { name: 'up', type: '2', linkName: `${'../'.repeat(30)}etc` },
    { name: 'up/planted', data: 'x' },
  ])
  expect(await tspod.with({ input }, 'cp', '-', `${id}:/opt`)).toMatchObject({ exitCode: 0 })
  expect(treeOf(join(directory, 'keep'))).toEqual({})
  expect(await tspod('exec', id, 'cat', '/etc/planted', join(directory, 'keep/planted'))).toMatchObject({
    stdout: 'xx',
  })
})

test('the destination of a tar is a directory that is there', async ({ tspod }) => {
  await using box = await sleeper(tspod)
  const { id } = box
  for (const [path, code] of [
    ['/etc/passwd', 'E_NOT_A_DIRECTORY'],
    ['/nowhere', 'E_NO_SUCH_FILE'],
  ]) {
    expect(await tspod.with({ input: ARCHIVE }, 'cp', '-', `${id}:${path}`)).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining(`[${code}]`),
    })
  }
})

// biome-ignore format: a table
test.for([
  ['two paths of the host',       ['a', 'b'],          'E_BAD_COPY'],
  ['two streams',                 ['-', '-'],          'E_BAD_ARGUMENTS'],
  ['a stream to the host',        ['-', 'b'],          'E_BAD_COPY'],
  ['no such container',           ['a', 'nobody:/'],   'E_CONTAINER_NOT_FOUND'],
  ['a path with a colon',         ['./a:b', './c:d'],  'E_BAD_COPY'],
  ['one word',                    ['a'],               'E_BAD_ARGUMENTS'],
] as const)('%s: one clear error', async ([, words, code], { tspod }) => {
  expect(await tspod('cp', ...words)).toMatchObject({ exitCode: 125, stderr: expect.stringContaining(`[${code}]\nhint: `) })
})

test('a copy that is killed leaves the old file, and nothing beside it', async ({ tspod }) => {
  await using box = await sleeper(tspod)
  const { id } = box
  await tspod('exec', id, 'sh', '-c', 'mkdir /t; echo old > /t/f')
  const input = tar([{ name: 'f', data: 'x'.repeat(4 << 20) }])
  const child = tspod.spawn(['cp', '-', `${id}:/t`])
  const closed = new Promise((resolve) => child.once('close', resolve))
  // All but the end has been taken from the pipe when the last write is through.
  await new Promise((resolve) => child.stdin?.write(input.subarray(0, 3 << 20), resolve))
  child.kill('SIGKILL')
  await closed
  expect(await tspod('exec', id, 'sh', '-c', 'ls -A /t; cat /t/f')).toMatchObject({ stdout: 'f\nold\n' })
})

test('where the space does not do nothing is left of the file', async ({ tspod, directory }) => {
  await using box = await sleeper(tspod, '--tmpfs', '/small:size=1m')
  const { id } = box
  writeFileSync(join(directory, 'large'), Buffer.alloc(2 << 20, 1))
  for (const copy of [
    await tspod('cp', 'large', `${id}:/small`),
    await tspod.with({ input: tar([{ name: 'large', data: Buffer.alloc(2 << 20, 1) }]) }, 'cp', '-', `${id}:/small`),
  ]) {
    expect(copy).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('E_NO_SPACE') })
  }
  expect(await tspod('exec', id, 'ls', '-A', '/small')).toMatchObject({ stdout: '' })
})

test('a copy into a stopped container that is killed leaves no mount and no process, and the lock is free', async ({
  tspod,
  host,
}) => {
  const id = (await tspod('create', '--network=none', 'alpine', 'ls', '-A', '/opt')).stdout.trim()
  const child = tspod.spawn(['cp', '-', `${id}:/opt`])
  const closed = new Promise((resolve) => child.once('close', resolve))
  const input = tar([{ name: 'f', data: 'x'.repeat(4 << 20) }])
  await new Promise((resolve) => child.stdin?.write(input.subarray(0, 3 << 20), resolve))
  expect(host.traces().processes.length).toBeGreaterThan(1)
  child.kill('SIGKILL')
  await closed
  await until('nothing of it runs', () => host.traces().processes.length === 0)
  expect(host.traces().mounts).toEqual([])
  expect(await tspod('start', '-a', id)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
})
