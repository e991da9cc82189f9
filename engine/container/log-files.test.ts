import { appendFileSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LogFiles, openLogFiles } from './log-files.ts'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'log-files-'))
  path = join(directory, 'log')
})
afterEach(() => rmSync(directory, { recursive: true }))

/** As the monitor does it. */
function rotate(maxFiles: number): void {
  for (let number = maxFiles - 1; number > 0; number--) {
    try {
      renameSync(number > 1 ? `${path}.${number - 1}` : path, `${path}.${number}`)
    } catch {
      // there are not that many yet
    }
  }
  writeFileSync(path, '')
}

function open(maxFiles = 4): LogFiles {
  const files = openLogFiles(path, maxFiles)
  if (!files) throw new Error('no log')
  return files
}

/** All from `position` on, whatever takes the place of the file meanwhile. */
function readFrom(files: LogFiles, position = 0): string {
  const chunk = Buffer.alloc(7)
  let text = ''
  for (;;) {
    const count = files.read(chunk, position + Buffer.byteLength(text))
    if (count > 0) text += chunk.toString('utf8', 0, count)
    else if (!files.advance()) return text
    files.release(position + Buffer.byteLength(text))
  }
}

test('the rotated files come first, oldest first, and no more of them than there may be', () => {
  for (const [name, text] of Object.entries({ '': 'four.', '.1': 'three.', '.2': 'two.', '.3': 'one.', '.4': 'no' })) {
    writeFileSync(`${path}${name}`, text)
  }
  using files = open()
  expect(files.sizeBytes()).toBe('one.two.three.four.'.length)
  expect(readFrom(files)).toBe('one.two.three.four.')
})

test('what is written before and after a rotation is read once, in order', () => {
  writeFileSync(path, 'a1 ')
  using files = open()
  expect(readFrom(files)).toBe('a1 ')
  appendFileSync(path, 'a2 ')
  rotate(4)
  appendFileSync(path, 'b1 ')
  expect(readFrom(files, 3)).toBe('a2 b1 ')
})

test('several rotations between two looks', () => {
  writeFileSync(path, 'a')
  using files = open()
  for (const text of ['b', 'c', 'd']) {
    rotate(4)
    appendFileSync(path, text)
  }
  expect(readFrom(files)).toBe('abcd')
})

test('where the file we read has gone meanwhile, what is left comes', () => {
  writeFileSync(path, 'a')
  using files = open(2)
  for (const text of ['b', 'c', 'd']) {
    rotate(2)
    appendFileSync(path, text)
  }
  expect(readFrom(files)).toBe('acd')
})

test('no log, and something else in its place', () => {
  expect(openLogFiles(path, 1)).toBeUndefined()
  writeFileSync(join(directory, 'other'), 'secret')
  symlinkSync('other', path)
  expect(openLogFiles(path, 1)).toBeUndefined()
})
