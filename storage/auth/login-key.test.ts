import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatLoginKey, hostOfKey, keysFor, parseLoginKey } from './login-key.ts'

// biome-ignore format: a table
test.for([
  ['quay.io',                      'quay.io'],
  ['QUAY.io:5000/',                'quay.io:5000'],
  ['quay.io/team/app',             'quay.io/team/app'],
  ['docker.io',                    'docker.io'],
  ['index.docker.io',              'docker.io'],
  ['https://index.docker.io/v1/',  'docker.io'],
  ['http://localhost:5000',        'localhost:5000'],
] as const)('%s is the login %s', ([text, key]) => {
  expect(formatLoginKey(parseLoginKey(text))).toBe(key)
})

test.for(['', '/', 'a b', 'ftp://quay.io', 'quay.io/UPPER', 'quay.io:99999', '-x', 'quay.io/\u001b'])(
  '%j is no registry',
  (text) => {
    expect(() => parseLoginKey(text)).toThrow(expect.objectContaining({ code: 'E_BAD_REGISTRY' }))
  },
)

test('a login may be for a repository, a namespace or the registry, in this order', () => {
  expect(keysFor('quay.io', 'a/b/c')).toEqual(['quay.io/a/b/c', 'quay.io/a/b', 'quay.io/a', 'quay.io'])
  expect(keysFor('quay.io', '')).toEqual(['quay.io'])
})

test('whatever is typed is a registry or an error of ours', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      try {
        const key = parseLoginKey(text)
        expect(parseLoginKey(formatLoginKey(key))).toEqual(key)
      } catch (error) {
        expect(error).toMatchObject({ code: 'E_BAD_REGISTRY' })
      }
      hostOfKey(text)
    }),
  )
})
