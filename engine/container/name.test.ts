import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseContainerName, withRandomName } from './name.ts'

const taken = (name: string) => new TspodError('E_NAME_IN_USE', `${name} is taken`)

test('a random name that is taken is replaced by another', async () => {
  const names = ['calm_otter', 'calm_otter', 'bold_fox', 'shy_owl']
  const made = await withRandomName(
    async (name) => {
      if (name === 'calm_otter') throw taken(name)
      return name
    },
    () => names.shift() ?? '',
  )
  expect(made).toBe('bold_fox')
})

test('what else fails is not tried again, and there is an end to trying', async () => {
  let attempts = 0
  const failing = (error: Error) =>
    withRandomName(async () => {
      attempts++
      throw error
    })
  await expect(failing(new Error('disk on fire'))).rejects.toThrow('disk on fire')
  expect(attempts).toBe(1)
  await expect(failing(taken('every_name'))).rejects.toThrow('every_name')
  expect(attempts).toBe(51)
})

test('a name that is too long, and one that is none', () => {
  expect(parseContainerName('a'.repeat(128))).toHaveLength(128)
  expect(() => parseContainerName('a'.repeat(300))).toThrow('is too long: 300 letters, of 128')
  expect(() => parseContainerName('a b')).toThrow('"a b" is no name for a container')
  expect(() => parseContainerName('a b', 'pod')).toThrow('"a b" is no name for a pod')
})

test('random names are valid ones', async () => {
  const name = await withRandomName(async (name) => name)
  expect(parseContainerName(name)).toBe(name)
  expect(name).toMatch(/^[a-z]+_[a-z]+$/)
})
