import { expect, test } from 'vitest'
import { selectCases } from './cases.ts'

const images = { busybox: 'busybox', big: async () => 'big', servers: async () => 'servers' }
const names = (...wanted: string[]) => selectCases(images, wanted).map(({ name }) => name)

test('all cases have names of their own', () => {
  expect(new Set(names()).size).toBe(names().length)
})

test('selects by the start of the name', () => {
  expect(names('ps-3', 'output')).toEqual(['ps-300', 'output-disk', 'output-tmpfs'])
})

test('refuses a name no case has', () => {
  expect(() => names('exec', 'nothing')).toThrow('no case nothing: there are run-none ')
})
