import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { requireMachine } from './machine.ts'

test('an ordinary user is told which packages the tests miss, in a line for apt', () => {
  expect(() => requireMachine()).not.toThrow()
  const without = (path: unknown): boolean => !/umoci|slirp4netns/.test(String(path)) && existsSync(String(path))
  expect(() => requireMachine(without)).toThrow('apt-get install slirp4netns umoci')
})
