import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import { publishLayers } from '../support/layered-images.ts'
import { resultOf, type Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const ROUNDS = 4

/** A run or pull may find that a prune took its image; everything else has to work. */
const OVERTAKEN = /\[E_(IMAGE_NOT_FOUND|LAYER_MISSING)\]/

test('two prunes beside pulls and runs lose nothing that is needed and leave nothing that is not', {
  timeout: 120_000,
}, async ({ tspod, host }) => {
  const shared = [{ name: 'shared', content: randomBytes(300_000) }]
  for (const name of ['one', 'two', 'three']) {
    await publishLayers(inject('registry'), `garbage/${name}`, [shared, [{ name, content: randomBytes(300_000) }]])
  }
  const kept = await tspod.start('--network=none', 'alpine', 'sleep', 'inf')
  for (let round = 0; round < ROUNDS; round++) {
    const results = await Promise.all([
      tspod('image', 'prune', '-af'),
      tspod('system', 'prune', '-af', '--volumes'),
      ...['one', 'two', 'three'].map((name) => tspod('pull', '-q', `garbage/${name}`)),
      tspod('run', '--rm', '--network=none', '-v', '/data', 'alpine', 'true'),
      tspod('run', '--rm', '--network=none', 'hello'),
    ])
    for (const { exitCode, stderr } of results) {
      if (exitCode !== 0)
        expect({ exitCode, stderr }).toEqual({ exitCode: 125, stderr: expect.stringMatching(OVERTAKEN) })
    }
    // Whatever is there now is there whole.
    expect(await tspod('system', 'check'), `round ${round}`).toMatchObject({ exitCode: 0, stdout: '' })
    for (const name of (await tspod('images', '--format', '{{.Repository}}', 'garbage/*')).stdout.split('\n')) {
      if (name !== '') expect(await tspod('image', 'diff', name)).toMatchObject({ exitCode: 0 })
    }
    expect(await kept.exec('true')).toMatchObject({ exitCode: 0 })
  }
  await kept[Symbol.asyncDispose]()
  expect(await tspod('system', 'prune', '-af', '--volumes')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(contents(tspod)).toEqual([])
  expect(host.traces().files).toEqual([])
})

test('an anonymous volume whose run was killed before its container came to be goes with the next prune', async ({
  tspod,
}) => {
  const files = Array.from({ length: 3000 }, (_, index) => ({ name: `file-${index}`, content: `${index}` }))
  await publishLayers(inject('registry'), 'garbage/many', [files])
  await tspod('pull', '-q', 'garbage/many', 'alpine')
  await tspod('volume', 'create', 'kept')
  const volumes = join(tspod.root, 'volumes')
  // This driver copies the image between making the volumes and making the row.
  const child = tspod.spawn([
    '--storage-driver',
    'vfs',
    'run',
    '-v',
    '/data',
    '--network=none',
    'garbage/many',
    '/none',
  ])
  const ended = resultOf(child)
  const isKnown = (name: string): boolean => readFileSync(join(tspod.root, 'state.db-wal')).includes(name)
  const isMade = (): boolean => readdirSync(volumes).some((name) => name !== 'kept' && isKnown(name))
  await until('there is a volume', () => isMade() || child.exitCode !== null)
  child.kill('SIGKILL')
  expect(await ended).toMatchObject({ exitCode: 137 })
  expect(await tspod('ps', '-aq')).toMatchObject({ stdout: '' })
  expect((await tspod('volume', 'ls', '-q')).stdout.trimEnd().split('\n')).toHaveLength(2)
  expect(await tspod('container', 'prune', '-f')).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await tspod('volume', 'ls', '-q')).stdout).toBe('kept\n')
  expect(readdirSync(volumes)).toEqual(['kept'])
})

test('an anonymous volume outlives its container where nobody asked for its removal', async ({ tspod }) => {
  await tspod('run', '--name', 'box', '-v', '/data', '--network=none', 'alpine', 'touch', '/data/x')
  await tspod('rm', 'box')
  await tspod('run', '--rm', '--network=none', 'alpine', 'true')
  const [name = ''] = (await tspod('volume', 'ls', '-q')).stdout.split('\n')
  expect(existsSync(join(tspod.root, 'volumes', name, '_data/x'))).toBe(true)
  expect((await tspod('volume', 'prune', '-f')).stdout).toBe(`${name}\n`)
})

test('a check that is killed leaves nothing that the next pull does not sweep', async ({ tspod }) => {
  const files = Array.from({ length: 3000 }, (_, index) => ({ name: `file-${index}`, content: randomBytes(200) }))
  await publishLayers(inject('registry'), 'garbage/checked', [files])
  await tspod('pull', '-q', 'garbage/checked')
  const temporary = join(tspod.root, 'tmp')
  const child = tspod.spawn(['system', 'check'])
  const ended = resultOf(child)
  await until(
    'it unpacks',
    () => readdirSync(temporary).some((name) => name.startsWith('check-')) || child.exitCode !== null,
  )
  child.kill('SIGKILL')
  expect(await ended).toMatchObject({ exitCode: 137 })
  expect(await tspod('image', 'prune', '-f')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(readdirSync(temporary)).toEqual([])
  expect(await tspod('system', 'check')).toMatchObject({ exitCode: 0, stdout: '' })
})

/** Blobs, layers and temporary files, by their paths inside the root. */
function contents({ root }: Tspod): string[] {
  return ['blobs/sha256', 'layers', 'tmp', 'volumes']
    .flatMap((name) => readdirSync(join(root, name)).map((entry) => `${name}/${entry}`))
    .filter((path) => path !== 'layers/empty')
}
