import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Effect, Happening, Key, KeyName } from './happening.ts'
import { measuredIds } from './live.ts'
import { initialModel, type Model } from './model.ts'
import { reduce } from './reduce.ts'
import { listRows, selectedRow } from './rows.ts'
import type { ContainerItem } from './source.ts'
import { withName } from './words.ts'

const NAMES: readonly KeyName[] = [
  'up',
  'down',
  'page-down',
  'end',
  'home',
  'return',
  'escape',
  'tab',
  'backspace',
  'delete',
  'left',
  'right',
  'ctrl-c',
  'ctrl-z',
]

const container = (name: string, more: Partial<ContainerItem> = {}): ContainerItem => ({
  id: `id-${name}`,
  name,
  image: 'alpine',
  command: 'sleep',
  state: 'running',
  isUp: true,
  health: '',
  exitCode: 0,
  ports: '',
  createdAtMs: 0,
  sinceMs: 0,
  podId: null,
  ...more,
})

const key = (typed: string): Key => {
  const named = NAMES.find((name) => name === typed)
  return named ? { name: named, text: '' } : { name: 'character', text: typed }
}

/** The model after these keys, and what they had done. */
function after(model: Model, keys: readonly string[]): { readonly model: Model; readonly effects: readonly Effect[] } {
  let now = model
  const effects: Effect[] = []
  for (const one of keys) {
    const [next, more] = reduce(now, { type: 'key', key: key(one) })
    now = next
    effects.push(...more)
  }
  return { model: now, effects }
}

const told = (model: Model, ...happenings: Happening[]): Model =>
  happenings.reduce((now, one) => reduce(now, one)[0], model)

const model = told(initialModel({ rows: 10, columns: 80 }, 0), {
  type: 'containers',
  list: {
    containers: [
      container('old', { state: 'exited', isUp: false, createdAtMs: 1 }),
      container('web', { createdAtMs: 2 }),
      container('db', { createdAtMs: 3, podId: 'p' }),
    ],
    pods: [{ id: 'p', name: 'group', state: 'Running', isUp: true, ports: '', createdAtMs: 0 }],
  },
})

const names = (of: Model): string =>
  listRows(of)
    .map(({ item }) => item.name)
    .join(' ')

test('pods stand above their containers, those that run above others', () => {
  expect(names(model)).toBe('group db web old')
  expect(names(after(model, ['a']).model)).toBe('group db web')
  expect(names(after(model, ['o']).model)).toBe('group db old web')
  expect(names(after(model, ['/', 'w', 'e']).model)).toBe('web')
  expect(names(after(model, ['/', 'w', 'escape']).model)).toBe('group db web old')
})

// biome-ignore format: a table
test.for([
  [['j', 'j', 'x'], ['act stop web']],
  [['j', 'j', 'x', 'x'], ['act stop web']],
  [['j', 'd'], []],
  [['j', 'd', 'y'], ['act remove db']],
  [['j', 'd', 'n', 'y'], ['copy']],
  [['j', 'delete', 'escape'], []],
  [['K', 'y'], ['act kill group']],
  [['end', 's'], ['act start old']],
  [['j', 'return'], ['open-logs db']],
  [['j', 'l', 'q'], ['open-logs db', 'close-logs']],
  [['j', 'l', '/', 'q', 'escape', 'escape'], ['open-logs db', 'close-logs']],
  [['return'], ['inspect group']],
  [['l'], []],
  [['j', 'e'], ['shell db']],
  [['j', 't'], ['top db']],
  [['/', 'q', 'return', 'escape', 'q'], ['quit']],
  [['?', 'q'], []],
  [['ctrl-c'], ['quit']],
  [['/', 'ctrl-z'], ['suspend']],
  [['tab', 'x'], ['refresh']],
] as const)('keys %j', ([keys, expected]) => {
  const { effects } = after(model, keys)
  const words = effects.map((effect) =>
    [effect.type, 'verb' in effect ? effect.verb : '', 'target' in effect ? effect.target.name : ''].filter(Boolean).join(' '),
  )
  expect(words).toEqual(expected)
})

test.for([
  ['exited', 'x', 'container web is not running: it is exited'],
  ['exited', 't', 'container web is not running: it is exited'],
  ['created', 'e', 'container web is not running: it is created'],
  ['paused', 'e', 'container web is not running: it is paused'],
] as const)('what is %s says why %s does nothing', ([state, typed, text]) => {
  const item = container('web', { state, isUp: state === 'paused' })
  const one = told(model, { type: 'containers', list: { pods: [], containers: [item] } })
  const { model: now, effects } = after(one, [typed])
  expect(effects).toEqual([])
  expect(now.notice).toEqual({ text, isError: true })
})

test('of what the engine calls by its id the name is said', () => {
  const target = { kind: 'container', id: 'f'.repeat(64), name: 'web' } as const
  expect(withName(`cannot stop container ${target.id}`, target)).toBe('cannot stop container web')
  expect(withName(target.id, { ...target, name: '' })).toBe('f'.repeat(12))
})

test('what is selected stays so while the list changes; when it goes its neighbour is', () => {
  const chosen = after(model, ['j', 'j']).model
  const { pods, containers } = model.containers
  const more = told(chosen, {
    type: 'containers',
    list: { pods, containers: [container('new', { createdAtMs: 9 }), ...containers] },
  })
  expect(selectedRow(more)?.item.name).toBe('web')
  const less = told(chosen, { type: 'containers', list: { pods: [], containers: containers.slice(0, 1) } })
  expect(selectedRow(less)?.item.name).toBe('old')
})

test('what is selected of inspect stays on a screen that shrinks', () => {
  const target = { kind: 'container', id: 'id-web', name: 'web' } as const
  const value = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`key${at}`, at]))
  const tall = told(initialModel({ rows: 30, columns: 80 }, 0), { type: 'inspected', target, value })
  const { view } = told(after(tall, Array(20).fill('j')).model, { type: 'resize', rows: 10, columns: 80 })
  expect(view).toMatchObject({ tree: { index: 20, top: 15 } })
})

test('pasted text is text, and never a key', () => {
  expect(reduce(model, { type: 'paste', text: 'dyq' })).toEqual([model, []])
  const asked = after(model, ['K']).model
  expect(reduce(asked, { type: 'paste', text: 'y' })).toEqual([asked, []])
  const typing = after(model, ['/']).model
  expect(told(typing, { type: 'paste', text: 'we\nb\u001b' }).filter).toBe('we b ')
})

test('only containers that run and are on the screen are measured', () => {
  expect(measuredIds(model)).toEqual(['id-db', 'id-web'])
  const many = told(model, {
    type: 'containers',
    list: { pods: [], containers: Array.from({ length: 300 }, (_, n) => container(`${n}`)) },
  })
  expect(measuredIds(many)).toHaveLength(6)
  expect(measuredIds(after(many, ['o', 'o']).model)).toHaveLength(300)
  expect(measuredIds(after(many, ['tab']).model)).toEqual([])
})

test('shares of a processor follow from two looks, and begin again with a restart', () => {
  const look = (cpuMs: number, takenMs: number): Happening => ({
    type: 'usage',
    usage: [{ id: 'id-web', cpuMs, memoryBytes: 10, memoryLimitBytes: 100 }],
    nowMs: takenMs,
    takenMs,
  })
  const shares = (of: Model): readonly number[] | undefined => of.usage.get('id-web')?.cpuPercents
  expect(shares(told(model, look(100, 0)))).toEqual([])
  expect(shares(told(model, look(100, 0), look(600, 1000), look(600, 2000)))).toEqual([50, 0])
  expect(shares(told(model, look(600, 0), look(10, 1000)))).toEqual([])
})

test('whatever is typed, the selected row is one that is there', () => {
  const typed = fc.array(
    fc.constantFrom(...NAMES.filter((name) => !name.startsWith('ctrl')), ...'jkgGaox/s?123nw dyq'.split('')),
  )
  fc.assert(
    fc.property(typed, (keys) => {
      const { model: now } = after(model, keys)
      const { index, top } = now.places[now.tab]
      const count = listRows(now).length
      expect(index).toBeGreaterThanOrEqual(0)
      expect(index).toBeLessThan(Math.max(1, count))
      expect(top).toBeLessThanOrEqual(index)
    }),
  )
})
