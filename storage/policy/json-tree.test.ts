import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { type JsonNode, parseJsonTree } from './json-tree.ts'

const fail = (problem: string, line: number) => new TspodError('E_BAD_POLICY', `${line}: ${problem}`)

function plain(node: JsonNode): unknown {
  if (node.kind === 'object') return Object.fromEntries([...node.members].map(([name, one]) => [name, plain(one)]))
  return node.kind === 'list' ? node.items.map(plain) : node.value
}

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 2, '\t'), (text, indent) => {
      const value: unknown = JSON.parse(text)
      const again = JSON.stringify(value, null, indent)
      expect(JSON.stringify(plain(parseJsonTree(again, fail)))).toBe(JSON.stringify(JSON.parse(again)))
    }),
  )
})

test('refuses what JSON.parse refuses, in one line', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b',
    '\\',
    '1',
    '-',
    '1e',
    'true',
    'nul',
    ' ',
    '\n',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (json) => {
      const [ours, theirs] = [attempt(() => plain(parseJsonTree(json, fail))), attempt(() => JSON.parse(json))]
      if (ours instanceof TspodError) {
        expect(ours.message).toMatch(/^\d+: [^\n]+$/)
        expect(theirs instanceof Error || /there twice/.test(ours.message)).toBe(true)
      } else expect(ours).toEqual(theirs)
    }),
    { numRuns: 1000 },
  )
})

function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    return error
  }
}

// biome-ignore format: a table
test.for([
  ['{"a": 1,\n"a": 2}',             '2: "a" is there twice'],
  ['{"a": 1,\n"\\u0061": 2}',       '2: "a" is there twice'],
  ['[1,\n2,\n]',                    '3: not JSON: "]"'],
  ['{"a"',                          '1: not JSON: it ends too early'],
  ['{} {}',                         '1: not JSON: "{"'],
  ['"\u0001"',                      '1: not JSON: "\\""'],
  ['['.repeat(40),                  '1: nested too deeply'],
] as const)('%j is %s', ([text, message]) => {
  expect(() => parseJsonTree(text, fail)).toThrow(message)
})

test('a value knows its line', () => {
  const tree = parseJsonTree('{\n"a":\n [1,\n\n{}]}', fail)
  const a = tree.kind === 'object' ? tree.members.get('a') : undefined
  expect([tree.line, a?.line, a?.kind === 'list' && a.items.map(({ line }) => line)]).toEqual([1, 3, [3, 5]])
})
