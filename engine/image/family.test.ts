import { expect, test } from 'vitest'
import { descendantsOf, parentOf } from './family.ts'
import { describeHistory } from './history.ts'
import { imageForTest } from './image-for-test.ts'

const base = imageForTest(['base'], { names: ['localhost/base:latest'] })
const middle = imageForTest(['base', 'middle'])
const child = imageForTest(['base', 'middle', 'child'], { names: ['localhost/child:latest'] })
const stranger = imageForTest(['other', 'child'])
const all = [child, stranger, middle, base]

test('the parent of an image is the longest that it begins with', () => {
  expect(parentOf(child, all)).toBe(middle)
  expect(parentOf(middle, all)).toBe(base)
  expect(parentOf(child, [base, child])).toBe(base)
  expect(parentOf(base, all)).toBeUndefined()
  expect(parentOf(stranger, all)).toBeUndefined()
  expect(descendantsOf(base, all)).toEqual([child, middle])
  expect(descendantsOf(child, all)).toEqual([])
})

test('the same layers by another history are no parent, and a step without a layer makes a child', () => {
  const history = base.config.history.map((step) => ({ ...step, createdBy: 'ADD something else' }))
  expect(parentOf(middle, [{ ...base, config: { ...base.config, history } }, middle])).toBeUndefined()
  const step = { created: '', createdBy: 'CMD ["sh"]', comment: '', emptyLayer: true }
  const config = { ...base.config, history: [...base.config.history, step] }
  const labelled = { ...base, id: 'f'.repeat(64), config }
  expect(parentOf(labelled, [base, labelled])).toBe(base)
  expect(parentOf(base, [base, labelled])).toBeUndefined()
})

test('a history begins with the last step, and names the images that end on the way', () => {
  const step = { created: 'never', createdBy: 'CMD ["sh"]', comment: 'why', emptyLayer: true }
  const config = { ...child.config, history: [...child.config.history, step] }
  const image = { ...child, id: 'e'.repeat(64), names: [], config }
  expect(describeHistory(image, [...all, image])).toEqual([
    {
      id: image.id,
      createdAtMs: null,
      created: 'never',
      createdBy: 'CMD ["sh"]',
      comment: 'why',
      sizeBytes: 0,
      tags: [],
    },
    expect.objectContaining({ id: child.id, sizeBytes: 5, tags: child.names }),
    expect.objectContaining({ id: middle.id, createdBy: 'COPY middle /', sizeBytes: 6, tags: [] }),
    expect.objectContaining({ id: base.id, createdAtMs: Date.parse('2024-05-01T10:00:00Z'), tags: base.names }),
  ])
})

test('an image without a history has a step for each layer', () => {
  const image = { ...middle, config: { ...middle.config, history: [] } }
  expect(describeHistory(image, [image]).map(({ id, sizeBytes }) => [id, sizeBytes])).toEqual([
    [image.id, 6],
    ['', 4],
  ])
})
