import { expect, test } from 'vitest'
import { firstOf, TspodError } from './errors.ts'
import { UndoStack } from './undo.ts'

test('the first error is told, not what failed while it was undone', async () => {
  const first = new TspodError('E_PORT_IN_USE', 'the port 80 is in use')
  const act = async (): Promise<void> => {
    await using outer = new UndoStack()
    outer.push(() => Promise.reject(new Error('the gateway has gone')))
    await using inner = new UndoStack()
    inner.push(() => Promise.reject(new Error('so it cannot be told')))
    inner.push(() => Promise.reject(new Error('nor of this')))
    throw first
  }
  expect(firstOf(await act().catch((error: unknown) => error))).toBe(first)
  const plain = new Error('no other')
  expect(firstOf(plain)).toBe(plain)
  expect(firstOf('text')).toBe('text')
})
