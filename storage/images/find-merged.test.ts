import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findMerged } from './find-merged.ts'

const root = mkdtempSync(join(tmpdir(), 'merged-'))
const [bottom, top] = [join(root, 'bottom'), join(root, 'top')]
afterAll(() => rmSync(root, { recursive: true }))

for (const path of ['etc', 'data/sub', 'ünd/x']) mkdirSync(join(bottom, path), { recursive: true })
mkdirSync(join(top, 'data'), { recursive: true })
writeFileSync(join(bottom, 'data/file'), '')
symlinkSync('/data', join(bottom, 'abs'))
symlinkSync('../../../../data/sub', join(bottom, 'data/rel'))
symlinkSync('loop', join(bottom, 'loop'))
symlinkSync('/gone/away', join(bottom, 'dangling'))
symlinkSync(root, join(bottom, 'out'))

// biome-ignore format: a table
test.for([
  ['/',                'directory', '/'],
  ['/data',            'directory', '/data'],
  ['/data/../data/',   'directory', '/data'],
  ['/abs/sub',         'directory', '/data/sub'],
  ['/data/rel',        'directory', '/data/sub'],
  ['/data/file',       'other',     '/data/file'],
  ['/data/file/below', 'missing',   '/data/file/below'],
  ['/new/place',       'missing',   '/new/place'],
  ['/abs/new/place',   'missing',   '/data/new/place'],
  ['/dangling',        'missing',   '/gone/away'],
  ['/ünd/x',           'directory', '/ünd/x'],
  ['/../../etc',       'directory', '/etc'],
] as const)('%s is %s at %s', ([path, kind, real]) => {
  expect(findMerged([top, bottom], path)).toMatchObject({ kind, path: real })
})

test('a directory is made of its part in each layer', () => {
  expect(findMerged([top, bottom], '/abs').directories).toEqual([join(top, 'data'), join(bottom, 'data')])
  expect(findMerged([top, bottom], '/ünd').directories).toEqual([join(bottom, 'ünd')])
})

test('a link that goes round, and one that would lead out', () => {
  expect(findMerged([bottom], '/loop').kind).toBe('missing')
  expect(findMerged([bottom], '/out')).toMatchObject({ kind: 'missing', path: root })
})
