import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeCopy, wordsOf } from './copy-rules.ts'

// biome-ignore format: a table
test.for([
  // typed      base     path            name   contents  asserts a directory
  ['/a/b',      '/',     '/a/b',         'b',   false,    false],
  ['/a/b/',     '/',     '/a/b/',        'b',   false,    true],
  ['/a/b/.',    '/',     '/a/b/.',       'b',   true,     true],
  ['a',         '/w',    '/w/a',         'a',   false,    false],
  ['.',         '/w/d',  '/w/d/.',       'd',   true,     true],
  ['',          '/w/d',  '/w/d/',        'd',   true,     true],
  ['/',         '/w',    '/',            '',    true,     true],
  ['..',        '/w/d',  '/w/d/..',      'w',   false,    false],
  ['a/../b',    '/w',    '/w/a/../b',    'b',   false,    false],
  ['/a/b.',     '/',     '/a/b.',        'b.',  false,    false],
  ['/..',       '/',     '/..',          '',    true,     false],
] as const)('%j in %s', ([typed, base, path, name, contents, assertsDirectory]) => {
  expect(wordsOf(typed, base)).toEqual({ path, name, contents, assertsDirectory })
})

test('a name never has a slash in it, and is never one of the two dots', () => {
  fc.assert(
    fc.property(fc.string(), (typed) => {
      expect(wordsOf(typed, '/w').name).not.toMatch(/\/|^\.\.?$/)
    }),
  )
})

test('whatever is copied to wherever goes to one place, or is refused with one line', () => {
  for (const isDirectory of [true, false])
    for (const contents of [true, false])
      for (const there of ['directory', 'other', 'nothing'] as const)
        for (const assertsDirectory of [true, false]) {
          const place = () =>
            placeCopy({ name: 'n', isDirectory, contents }, { there, assertsDirectory, shown: '"/x"' })
          const isWrong =
            (there === 'other' && (isDirectory || assertsDirectory)) ||
            (there === 'nothing' && !isDirectory && assertsDirectory)
          if (isWrong) expect(place).toThrow(/: not a directory|: no such file|must be a directory/)
          else if (there !== 'directory') expect(place()).toEqual({ as: 'itself' })
          else expect(place()).toEqual(isDirectory && contents ? { as: 'contents' } : { as: 'child', name: 'n' })
        }
})
