import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEntry } from './log-journal.ts'

const FIELDS = { __CURSOR: 's=1', __REALTIME_TIMESTAMP: '1767225601123456', PRIORITY: '6', MESSAGE: 'hello' }
const parse = (fields: object) => parseEntry(JSON.stringify({ ...FIELDS, ...fields }))

test('text, its time and its stream', () => {
  expect(parse({})).toMatchObject({
    cursor: 's=1',
    piece: { time: '2026-01-01T00:00:01.123456000', isError: false, isPartial: false },
  })
  expect(parse({})?.piece.bytes.toString()).toBe('hello')
  expect(parse({ PRIORITY: '3', CONTAINER_PARTIAL_MESSAGE: 'true' })?.piece).toMatchObject({
    isError: true,
    isPartial: true,
  })
})

test('what is no UTF-8 comes as numbers', () => {
  expect(parse({ MESSAGE: [104, 0, 255] })?.piece.bytes).toEqual(Buffer.of(104, 0, 255))
})

test('what is no entry is none', () => {
  for (const fields of [{ MESSAGE: null }, { __CURSOR: 1 }, { __REALTIME_TIMESTAMP: undefined }]) {
    expect(parse(fields)).toBeUndefined()
  }
  fc.assert(fc.property(fc.string(), (line) => void parseEntry(line)))
  fc.assert(
    fc.property(
      fc.jsonValue(),
      (value) => void parseEntry(JSON.stringify({ ...FIELDS, __REALTIME_TIMESTAMP: value, MESSAGE: value })),
    ),
  )
})
