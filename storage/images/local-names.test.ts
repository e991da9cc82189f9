import { expect, test } from 'vitest'
import { meantName } from './local-names.ts'

const NAMES = ['127.0.0.1:5000/web:latest', 'docker.io/library/web:latest', 'localhost/web:latest', 'quay.io/x/web:2']

// biome-ignore format: a table
test.for([
  ['web', 'localhost/web:latest'],
  ['docker.io/web', 'docker.io/library/web:latest'],
  ['127.0.0.1:5000/web:latest', '127.0.0.1:5000/web:latest'],
  ['web:2', 'quay.io/x/web:2'],
  ['x/web:2', 'quay.io/x/web:2'],
  ['0123456789ab', undefined],
  ['docker-archive:/tmp/x.tar', undefined],
] as const)('%s stands for the name %s', ([ref, name]) => {
  expect(meantName(ref, NAMES)).toBe(name)
})

test('an image without a name has none', () => {
  expect(meantName('web', [])).toBeUndefined()
})
