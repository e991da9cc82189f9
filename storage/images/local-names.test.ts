import { expect, test } from 'vitest'
import { nameMeant } from './local-names.ts'

const NAMES = ['127.0.0.1:5000/web:latest', 'docker.io/library/web:latest', 'localhost/web:latest', 'quay.io/x/web:2']

// biome-ignore format: a table
test.for([
  ['web', 'localhost/web:latest'],
  ['docker.io/web', 'docker.io/library/web:latest'],
  ['127.0.0.1:5000/web:latest', '127.0.0.1:5000/web:latest'],
  ['web:2', 'quay.io/x/web:2'],
  ['x/web:2', 'quay.io/x/web:2'],
  ['0123456789ab', '127.0.0.1:5000/web:latest'],
  ['docker-archive:/tmp/x.tar', '127.0.0.1:5000/web:latest'],
] as const)('%s stands for the name %s', ([ref, name]) => {
  expect(nameMeant(ref, NAMES)).toBe(name)
})

test('an image without a name has none', () => {
  expect(nameMeant('web', [])).toBeUndefined()
})
