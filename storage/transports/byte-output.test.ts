import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openFileOutput } from './byte-output.ts'

const directory = mkdtempSync(join(tmpdir(), 'tspod-byte-output-'))
afterEach(() => {
  for (const name of readdirSync(directory)) rmSync(join(directory, name))
})

test('a file that is being written has no name, and takes the place of another when it is whole', () => {
  const path = join(directory, 'archive.tar')
  writeFileSync(path, 'before')
  {
    using output = openFileOutput(path)
    output.write(Buffer.from('af'))
    expect(readdirSync(directory)).toEqual(['archive.tar'])
    output.write(Buffer.from('ter'))
    expect(readFileSync(path, 'utf8')).toBe('before')
    output.commit()
  }
  expect(readdirSync(directory)).toEqual(['archive.tar'])
  expect(readFileSync(path, 'utf8')).toBe('after')
})

test('one that was not committed is not there', () => {
  {
    using output = openFileOutput(join(directory, 'half.tar'))
    output.write(Buffer.from('half'))
  }
  expect(readdirSync(directory)).toEqual([])
})

test('a directory that is not there is named as what cannot be written', () => {
  expect(() => openFileOutput(join(directory, 'no/such.tar'))).toThrow(
    expect.objectContaining({ code: 'E_CANNOT_WRITE', message: expect.stringContaining('no/such.tar') }),
  )
})
