import type { Key as InkKey } from 'ink'
import { expect, test } from 'vitest'
import { replyFilter, toKeys } from './to-keys.ts'

/** As ink tells of input: which of these it is. */
const keyOf = (...flags: (keyof InkKey)[]) => Object.fromEntries(flags.map((flag) => [flag, true])) as unknown as InkKey

const ESCAPE = { name: 'escape', text: '' }
const characters = (text: string) => [...text].map((letter) => ({ name: 'character', text: letter }))

test('keys that were typed fast are keys, escape before them too', () => {
  expect(toKeys('abc', keyOf())).toEqual(characters('abc'))
  expect(toKeys('/web', keyOf('meta'))).toEqual([ESCAPE, ...characters('/web')])
  expect(toKeys('', keyOf('escape', 'meta'))).toEqual([ESCAPE])
  expect(toKeys('', keyOf('return', 'meta'))).toEqual([ESCAPE, { name: 'return', text: '' }])
  expect(toKeys(']', keyOf('meta'))).toEqual([ESCAPE, ...characters(']')])
})

test('what a terminal answers to somebody else is no key', () => {
  const color = '\u001b]11;rgb:0000/0000/0000'
  const withoutReplies = replyFilter()
  expect(withoutReplies(`a${color}\u0007b${color}\u001b\\c\u001bP1$r0m\u001b\\`)).toBe('abc')
  for (const typed of [
    '\u001b',
    '\u001b]',
    '\u001b]rgb',
    '\u001b[A\u001b[B',
    'x\u0007',
    `\u001b]${'r'.repeat(5000)}\u0007`,
  ])
    expect(withoutReplies(typed)).toBe(typed)
  expect(toKeys('', keyOf('meta'))).toEqual([])
})

test('an answer that comes in two pieces is no key either, and keys after a piece of one are keys', () => {
  let nowMs = 0
  const withoutReplies = replyFilter(() => nowMs)
  for (const reply of ['\u001b]11;rgb:0000/0000\u0007', '\u001b]11;rgb:0000\u001b\\', '\u001bP1$r0m\u001b\\']) {
    for (let at = 3; at < reply.length; at++)
      expect([withoutReplies(`a${reply.slice(0, at)}`), withoutReplies(`${reply.slice(at)}b`)]).toEqual(['a', 'b'])
  }
  expect(withoutReplies('\u001b]11;rgb')).toBe('')
  nowMs = 1000
  expect(withoutReplies('q')).toBe('q')
  expect(withoutReplies(`\u001b]11;${'r'.repeat(5000)}`)).toHaveLength(5005)
})
