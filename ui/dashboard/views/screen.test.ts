import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeColumns } from '../columns.ts'
import { cut, fitTo, widthOf, wrap } from '../fit-to.ts'
import type { Happening } from '../happening.ts'
import { initialModel, type Model } from '../model.ts'
import { reduce } from '../reduce.ts'
import { graph } from '../usage.ts'
import { drawScreen, keepSame } from './screen.ts'

const textOf = (model: Model): string[] => drawScreen(model).map((line) => line.map(({ text }) => text).join(''))

const withContainer = (name: string, size: { readonly rows: number; readonly columns: number }): Model => {
  const item = {
    id: 'a'.repeat(64),
    name,
    image: name,
    command: name,
    state: 'running',
    isUp: true,
    health: '',
    exitCode: 0,
  }
  const list: Happening = {
    type: 'containers',
    list: { pods: [], containers: [{ ...item, ports: name, createdAtMs: 0, sinceMs: 0, podId: null }] },
  }
  return reduce(initialModel(size, 65_000), list)[0]
}

test('a screen of text', () => {
  expect(textOf(withContainer('web', { rows: 7, columns: 60 }))).toEqual([
    '[Containers] Images  Volumes  Networks  Events ',
    '  NAME          STATE           CPU%    MEMORY   AGE',
    '> web           running                           1m',
    '',
    '',
    '',
    'l logs  e shell  x stop  d remove  i inspect  ? help  q quit',
  ])
})

test('no line is wider than the screen, nor has it more lines, whatever a name is', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('日本語'.repeat(40), 'e\u0301\u0301'.repeat(300), '\u001b[31m\u202e'),
  )
  const size = fc.record({ rows: fc.integer({ min: 5, max: 60 }), columns: fc.integer({ min: 8, max: 250 }) })
  fc.assert(
    fc.property(anything, size, fc.constantFrom('', 'l', 'K', '?', '/x', 'a', 'i'), (name, { rows, columns }, keys) => {
      let model = withContainer(name, { rows, columns })
      for (const text of keys) model = reduce(model, { type: 'key', key: { name: 'character', text } })[0]
      model = reduce(model, { type: 'log', id: 'a'.repeat(64), text: `${name}\n` })[0]
      if (keys === 'i') {
        const target = { kind: 'container', id: 'x', name } as const
        model = reduce(model, { type: 'inspected', target, value: { [name]: { [name]: name }, list: [name] } })[0]
      }
      const lines = textOf(model)
      expect(lines).toHaveLength(rows)
      for (const line of lines) {
        expect(widthOf(line)).toBeLessThanOrEqual(columns)
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e]/u)
      }
    }),
  )
})

test.for(['hit', 'hit again', `hit${'z'.repeat(1000)}`])(
  'a hit beside long wrapped lines is on the screen: %#',
  (hit) => {
    const long = 'y'.repeat(3000)
    let model = withContainer('web', { rows: 10, columns: 40 })
    const keys = ['l', 'w', '/', 'h', 'i', 't'].map((text) => ({ name: 'character', text }) as const)
    model = reduce(model, { type: 'key', key: { name: 'character', text: 'l' } })[0]
    model = reduce(model, { type: 'log', id: 'a'.repeat(64), text: `${long}\n${hit}\n${long}\n${long}\n` })[0]
    for (const key of [...keys.slice(1), { name: 'return', text: '' } as const]) {
      model = reduce(model, { type: 'key', key })[0]
    }
    expect(textOf(model).filter((line) => line.startsWith('> hit'))).toHaveLength(1)
  },
)

test('a hit is shown as a whole, on whatever lines its pieces are', () => {
  const key = (text: string): Happening => ({ type: 'key', key: { name: 'character', text } })
  const line = `${'y'.repeat(35)}HitHit${'y'.repeat(34)}hit`
  const inverse = (keys: string): string[] => {
    const start = [key('l'), { type: 'log', id: 'a'.repeat(64), text: `${line}\n` } as const]
    const typed = [...[...keys].map(key), { type: 'key', key: { name: 'return', text: '' } } as const]
    const model = [...start, ...typed].reduce(
      (now, one) => reduce(now, one)[0],
      withContainer('web', { rows: 10, columns: 40 }),
    )
    return drawScreen(model).flatMap((drawn) => drawn.flatMap(({ text, isInverse }) => (isInverse ? [text] : [])))
  }
  expect(inverse('w/hit')).toEqual(['Hit', 'Hit', 'h', 'it'])
  expect(inverse('/hit')).toEqual(['Hi'])
  expect(inverse('w/yhith')).toEqual(['yHit', 'H'])
})

test('nothing that matches says where else there may be something', () => {
  const typed = (keys: string): string =>
    textOf(
      [...keys].reduce(
        (model, text) => reduce(model, { type: 'key', key: { name: 'character', text } })[0],
        withContainer('web', { rows: 7, columns: 100 }),
      ),
    )[2] ?? ''
  expect(typed('/nix')).toContain('no containers match "nix": esc shows all')
  expect(typed('a/nix')).toContain('no containers that run match "nix": "a" looks at all, esc shows all that run')
})

test('lines that did not change are the same ones', () => {
  const model = withContainer('web', { rows: 10, columns: 80 })
  const before = drawScreen(model)
  expect(keepSame(before, drawScreen(model))).toBe(before)
  const after = keepSame(before, drawScreen(reduce(model, { type: 'notice', text: 'new', isError: false })[0]))
  expect(after.map((line, row) => line === before[row])).toEqual([...Array(8).fill(true), false, true])
})

// biome-ignore format: a table
test.for([
  ['web', 5, 'web  '],
  ['longer', 5, 'long…'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日… '],
  ['a\u001bb', 3, 'a\ufffdb'],
  ['x', 0, ''],
] as const)('%j in %i columns', ([text, width, expected]) => {
  expect(fitTo(text, width)).toBe(expected)
})

test('wrapped pieces are the whole text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.integer({ min: 1, max: 20 }), (text, width) => {
      expect(wrap(text, width).join('')).toBe(text)
    }),
  )
  expect(wrap('日本語', 4)).toEqual(['日本', '語'])
  expect(cut('e\u0301'.repeat(5000), 10).length).toBeLessThan(100)
})

test('columns leave in the order of their importance, and share what is left', () => {
  const column = (heading: string, importance: number, maximum: number) => ({
    heading,
    width: 10,
    maximum,
    importance,
    cell: () => ({ text: '' }),
  })
  const columns = [column('a', 0, 20), column('b', 2, 10), column('c', 1, 30)]
  const placed = (width: number) =>
    placeColumns(columns, width)
      .map(({ heading, placedWidth }) => `${heading}${placedWidth}`)
      .join(' ')
  expect([10, 21, 22, 34, 50, 100].map(placed)).toEqual([
    'a10',
    'a20',
    'a10 c10',
    'a10 b10 c10',
    'a20 b10 c16',
    'a20 b10 c30',
  ])
})

test('a graph', () => {
  expect(graph([0, 50, 100, 250], 5, 100)).toBe(' ▁▅██')
  expect(graph([1, 2, 3], 2, 100)).toBe('▁▁')
})
