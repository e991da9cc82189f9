import { expect, test } from 'vitest'
import { addLogText, EMPTY_LOG, type LogView, lineCount, scrollLog, searchLog, shownLine } from './log-view.ts'

const shown = (log: LogView): string[] => Array.from({ length: lineCount(log) }, (_, index) => shownLine(log, index))
const hundred = addLogText(EMPTY_LOG, Array.from({ length: 100 }, (_, line) => `line ${line}\n`).join(''))

test('text comes in pieces, and the last line before its end', () => {
  const log = ['one\ntw', 'o', '\nthree'].reduce((before, text) => addLogText(before, text), EMPTY_LOG)
  expect(shown(log)).toEqual(['one', 'two', 'three'])
})

test('it is bounded, in lines and in what a line is', () => {
  const log = addLogText(addLogText(EMPTY_LOG, 'x\n'.repeat(12_000)), `${'y'.repeat(100_000)}\n`)
  expect(log.lines.length).toBeGreaterThan(9_900)
  expect(log.lines.length).toBeLessThanOrEqual(10_000)
  expect(log.lines.at(-1)).toHaveLength(4096)
})

test('it is bounded in characters, too, also for who reads', () => {
  const chunk = `${'z'.repeat(4000)}\n`.repeat(100)
  let [following, reading] = [EMPTY_LOG, { ...hundred, bottom: 50, isFollowing: false }]
  for (let count = 0; count < 50; count++) {
    following = addLogText(following, chunk)
    reading = addLogText(reading, chunk)
  }
  for (const { lines } of [following, reading]) {
    expect(lines.join('').length).toBeLessThanOrEqual(4_000_000)
    expect(lines.join('').length).toBeGreaterThan(3_000_000)
  }
})

test('a line that is written over and over has its last state, however long that goes on', () => {
  let log = EMPTY_LOG
  for (let percent = 0; percent <= 1000; percent++) log = addLogText(log, `${percent} of 1000\r`)
  expect(shown(log)).toEqual(['1000 of 1000'])
  expect(log.rest.length).toBeLessThan(5000)
})

test('what was left out says so, and cuts the line it is in', () => {
  const one = addLogText(addLogText(EMPTY_LOG, 'first\nhal'), 'next\n', 2_000_000)
  expect(shown(one)).toEqual(['first', 'hal', expect.stringContaining('2MB left out'), 'next'])
  const two = addLogText(addLogText(one, '', 500_000), '', 500_000)
  expect(shown(two).slice(4)).toEqual([expect.stringContaining('1MB left out')])
  expect(searchLog({ ...two, search: 'left out' }, -1, 20).found).toBeUndefined()
})

test('a flood does not move what somebody reads: what came after it goes, but for the newest', () => {
  const flood = 'flood\n'.repeat(6000)
  const found = searchLog({ ...hundred, search: 'line 40' }, -1, 20)
  const before = found.lines.slice(0, found.bottom)
  const log = [1, 2, 3].reduce((now) => addLogText(now, flood), found)
  expect(log.lines.slice(0, log.bottom)).toEqual(before)
  expect(log).toMatchObject({ found: 40, isFollowing: false })
  expect(log.lines.length).toBeLessThanOrEqual(10_000)
  expect(log.lines.filter((line) => typeof line === 'object')).toHaveLength(1)
  expect(log.lines.at(-1)).toBe('flood')
  expect(scrollLog(log, 1e9, 20).isFollowing).toBe(true)
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
