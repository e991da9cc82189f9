import { expect, test } from 'vitest'
import { addLogText, EMPTY_LOG, logLines, scrollLog, searchLog } from './log-view.ts'

const hundred = addLogText(EMPTY_LOG, Array.from({ length: 100 }, (_, line) => `line ${line}\n`).join(''))

test('text comes in pieces, and the last line before its end', () => {
  const log = ['one\ntw', 'o', '\nthree'].reduce(addLogText, EMPTY_LOG)
  expect(logLines(log)).toEqual(['one', 'two', 'three'])
})

test('it is bounded, in lines and in what a line is', () => {
  const log = addLogText(addLogText(EMPTY_LOG, 'x\n'.repeat(12_000)), `${'y'.repeat(100_000)}\n`)
  expect(log.lines).toHaveLength(10_000)
  expect(log.lines.at(-1)).toHaveLength(4096)
})

test('who scrolls up stays where he is while more comes; at the end it follows again', () => {
  const up = scrollLog(hundred, -10, 20)
  expect(up).toMatchObject({ bottom: 90, isFollowing: false })
  expect(addLogText(up, 'more\n')).toMatchObject({ bottom: 90, isFollowing: false })
  expect(scrollLog(up, -1000, 20).bottom).toBe(20)
  expect(scrollLog(up, 1000, 20)).toMatchObject({ bottom: 100, isFollowing: true })
})

test('search goes from one line to the next, and round', () => {
  const search = { ...hundred, search: 'LINE 1' }
  const first = searchLog(search, -1, 20)
  expect([first.found, first.isFollowing]).toEqual([19, false])
  expect(searchLog(first, -1, 20).found).toBe(18)
  expect(searchLog(first, 1, 20).found).toBe(1)
  expect(searchLog({ ...search, isWrapped: true }, -1, 20).bottom).toBe(20)
  expect(searchLog({ ...search, search: 'nothing' }, 1, 20).found).toBeUndefined()
})

test('searched is what is shown', () => {
  const log = addLogText(EMPTY_LOG, 'a\u001b[31mb\u001b[0mc\nover\rnew\n')
  const found = (search: string) => searchLog({ ...log, search }, -1, 20).found
  expect(['abc', 'new', '31m', 'over'].map(found)).toEqual([0, 1, undefined, undefined])
})
