import fc from 'fast-check'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { plainToml } from './plain-toml.ts'

test('reads what is plain, with its lines', () => {
  const document = plainToml(
    '# nothing\n\n[containers] # here\nenv = [ # a list\n  "A=1", # one\n  "B=#2"\n,]\n  init=true\nlog_size_max = -1\n[engine.runtimes]'.replace(
      '[engine.',
      '[engine]\n[engine.',
    ),
  )
  expect(document?.root).toEqual({
    containers: { env: ['A=1', 'B=#2'], init: true, log_size_max: -1 },
    engine: { runtimes: {} },
  })
  expect(
    ['containers', 'containers.env', 'containers.init', 'engine.runtimes', 'engine.none', 'x'].map(
      document?.lineOf ?? fail,
    ),
  ).toEqual([3, 4, 8, 11, 10, undefined])
})

// biome-ignore format: a table
test.for([
  ['a = 1.5'], ['a = 0x10'], ['a = 1_0'], ['a = 1979-05-27'], ['a = "\\n"'], ["a = 'x'"], ['a = """x"""'], ['a.b = 1'],
  ['"a" = 1'], ['[[a]]'], ['[a.b.c]'], ['[a.b]'], ['[a]\n[a]'], ['a = 1\na = 2'], ['a = 1\n[a]'], ['a = [1]'], ['a = [["x"]]'],
  ['a = ["x", {append=true}]'], ['a = {}'], ['a ='], ['a'], ['a = "x'], ['a = ["x"'], ['a = ["x" "y"]'], ['a = [,]'],
  ['a = 1 b = 2'], ['a = true]'], ['[a] b = 1'], ['a = 1\r\n'], ['# \x01'], ['A = 1'], ['a = truex'], ['__proto__ = 1'], ['a = """"'],
] as const)('leaves %j to the real parser', ([text]) => {
  expect(plainToml(text)).toBeUndefined()
})

test('what it reads, the real parser reads the same', () => {
  const word = fc.constantFrom(
    '[a]',
    '[a.b]',
    '[b]',
    'a',
    'b',
    ' = ',
    '=',
    '"x"',
    '""',
    '"',
    '[',
    ']',
    ',',
    '#',
    'true',
    '-1',
    '0',
    '17',
    '1.5',
    '{}',
    '\n',
    ' ',
    '\t',
    'é',
    "'",
  )
  const line = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('a', 'b', 'c', 'd'),
        fc.constantFrom('1', '"y"', 'false', '["p", "q"]', '[\n"p",\n]', '"""', '[]'),
      )
      .map(([key, value]) => `${key} = ${value}\n`),
    fc.constantFrom('[a]\n', '[b]\n', '[b.c]\n', '# c\n', '\n'),
    fc.array(word, { maxLength: 6 }).map((words) => words.join('')),
  )
  let read = 0
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const plain = plainToml(lines.join(''))
      if (plain === undefined) return
      read++
      expect(plain.root).toEqual(parse(lines.join('')))
    }),
    { numRuns: 3000 },
  )
  expect(read).toBeGreaterThan(100)
})

function fail(): never {
  throw new Error('it was not read')
}
