import { closeSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inDirectory, openHandle } from './descriptors.ts'
import { walkInside } from './walk-inside.ts'

let directory: string
let root: number
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'walk-'))
  writeFileSync(join(directory, 'outside'), '')
  const at = (path: string) => join(directory, 'root', path)
  mkdirSync(at('a/b/c'), { recursive: true })
  writeFileSync(at('a/file'), '')
  for (const [name, target] of Object.entries({
    abs: '/a/b',
    rel: 'a/file',
    'a/up': '../../../../a/b/c',
    out: '../outside',
    host: directory,
    loop: 'loop',
    dangling: '/a/new',
    'a/b/back': '..',
  })) {
    symlinkSync(target, at(name))
  }
  root = openHandle(at(''))
})
afterAll(() => {
  closeSync(root)
  rmSync(directory, { recursive: true })
})

function walk(path: string, followLast = true): string {
  try {
    using found = walkInside(root, path, { followLast })
    return `/${found.parts.join('/')}${found.stat ? (found.stat.isDirectory() ? '/' : '') : ' missing'}`
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no code'
  }
}

// biome-ignore format: a table
test.for([
  ['/',                     '//'],
  ['..',                    '//'],
  ['a/../../..',            '//'],
  ['a/b',                   '/a/b/'],
  ['/a/./b//c/',            '/a/b/c/'],
  ['a/file',                '/a/file'],
  ['a/file/x',              'ENOTDIR'],
  ['a/new',                 '/a/new missing'],
  ['new/x',                 'ENOENT'],
  ['abs/c',                 '/a/b/c/'],
  ['rel',                   '/a/file'],
  ['a/up',                  '/a/b/c/'],
  ['a/b/back/file',         '/a/file'],
  ['out',                   '/outside missing'],
  ['host',                  'ENOENT'],
  ['host/../outside',       'ENOENT'],
  ['loop',                  'ELOOP'],
  ['dangling',              '/a/new missing'],
  ['x'.repeat(300),         'ENAMETOOLONG'],
] as const)('%s leads to %s', ([path, expected]) => {
  expect(walk(path)).toBe(expected)
})

test('the last link is followed only where that is asked for', () => {
  expect([walk('rel', false), walk('abs/back', false), walk('loop', false)]).toEqual(['/rel', '/a/b/back', '/loop'])
})

test('whatever the path, it stays inside', () => {
  const name = fc.constantFrom('..', '.', 'a', 'b', 'c', 'up', 'back', 'abs', 'rel', 'out', 'host', 'loop', 'file', '')
  fc.assert(
    fc.property(fc.array(name, { maxLength: 12 }), fc.boolean(), (names, followLast) => {
      try {
        using found = walkInside(root, names.join('/'), { followLast })
        const place = realpathSync(inDirectory(found.fd, '.').toString())
        expect(`${place}/`).toMatch(new RegExp(`^${directory}/root/`))
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^E(NOENT|NOTDIR|LOOP)$/) })
      }
    }),
    { numRuns: 300 },
  )
})

test('make makes what is missing, where a link leads, too', () => {
  const made: string[] = []
  const make = (fd: number, name: string) => {
    made.push(name)
    mkdirSync(inDirectory(fd, name))
  }
  using found = walkInside(root, 'abs/made/deep', { followLast: true, make })
  expect([made, found.parts]).toEqual([
    ['made', 'deep'],
    ['a', 'b', 'made', 'deep'],
  ])
})
