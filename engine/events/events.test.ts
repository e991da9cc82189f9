import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { dockerAction } from './docker-action.ts'
import { type EngineEvent, parseEvent } from './event.ts'
import { parseEventFilters } from './filter.ts'

const died: EngineEvent = {
  timeMs: 1,
  type: 'container',
  action: 'died',
  id: 'abcdef',
  name: 'web',
  attributes: { image: 'docker.io/library/alpine:latest', app: 'web', containerExitCode: '3' },
}
const tag: EngineEvent = { timeMs: 2, type: 'image', action: 'tag', id: 'f00', name: 'localhost/x:1', attributes: {} }
const volume: EngineEvent = { timeMs: 3, type: 'volume', action: 'remove', id: 'data', name: 'data', attributes: {} }
const health: EngineEvent = { ...died, action: 'health_status', attributes: { health_status: 'healthy' } }
const ALL = { died, tag, volume, health }

// biome-ignore format: a table
test.for([
  [[], 'died tag volume health'],
  [['event=died'], 'died'],
  [['event=die'], 'died'],
  [['status=tag', 'event=died'], ''],
  [['event=tag', 'event=died'], 'died tag'],
  [['event=destroy'], 'volume'],
  [['event=health_status'], 'health'],
  [['event=health_status: healthy'], 'health'],
  [['type=image'], 'tag'],
  [['type=daemon'], ''],
  [['container=web'], 'died health'],
  [['container=/web'], 'died health'],
  [['container=abc'], 'died health'],
  [['image=alpine'], 'died'],
  [['image=x'], 'tag'],
  [['image=f00'], 'tag'],
  [['label=app'], 'died'],
  [['label=app=db'], ''],
  [['volume=data'], 'volume'],
  [['Volume=data'], 'volume'],
] as const)('%j', ([filters, names]) => {
  const isMeant = parseEventFilters(filters)
  expect(Object.entries(ALL).flatMap(([name, event]) => (isMeant(event) ? [name] : [])).join(' ')).toBe(names)
})

test.for(['nonsense=x', 'event', 'type=x', '__proto__=x'])('%s is no filter', (filter) => {
  expect(() => parseEventFilters([filter])).toThrow(expect.objectContaining({ code: 'E_BAD_FILTER' }))
})

test("docker's names for what happens", () => {
  expect(Object.values(ALL).map(dockerAction)).toEqual(['die', 'tag', 'destroy', 'health_status: healthy'])
  expect(dockerAction({ ...tag, action: 'remove' })).toBe('delete')
  expect(dockerAction({ ...died, action: 'toString' })).toBe('toString')
})

test('a line of the file is an event or nothing', () => {
  expect(parseEvent(JSON.stringify(died))).toEqual(died)
  const broken = ['', '{', '[]', 'null', '{"timeMs":1}', JSON.stringify({ ...died, attributes: { a: 1 } })]
  for (const line of [...broken, JSON.stringify({ ...died, type: 'x' })]) expect(parseEvent(line)).toBeUndefined()
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => parseEvent(line) === undefined))
})

test('never anything but a TspodError', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (key, value) => {
      try {
        parseEventFilters([`${key}=${value}`])(died)
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
  )
})
