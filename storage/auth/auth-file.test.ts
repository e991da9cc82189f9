import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findEntry, loginAt, parseAuthFile } from './auth-file.ts'
import { keysFor } from './login-key.ts'

const encoded = (text: string) => Buffer.from(text).toString('base64')
const entry = (text: string) => ({ auth: encoded(text) })
const fileOf = (root: unknown, legacy = false) => parseAuthFile('/x/auth.json', JSON.stringify(root), { legacy })

function loginFor(auths: Record<string, unknown>, registry: string, path: string) {
  const file = fileOf({ auths })
  const key = findEntry(file, keysFor(registry, path))
  return key === undefined ? undefined : loginAt(file, key)
}

// biome-ignore format: a table
test.for([
  [{ 'quay.io': entry('a:b') },                                             'a:b'],
  [{ 'quay.io': entry('a:b'), 'quay.io/team': entry('c:d') },               'c:d'],
  [{ 'quay.io/team': entry('c:d'), 'quay.io/team/app': entry('e:f:g') },    'e:f:g'],
  [{ 'quay.io/other': entry('c:d') },                                       undefined],
  [{ 'quay.io/team/app/more': entry('c:d') },                               undefined],
  [{ 'https://quay.io/v1/': entry('a:b') },                                 'a:b'],
  [{ 'http://quay.io': entry('a:b') },                                      'a:b'],
  [{ 'quay.io/v2/': entry('a:b') },                                         'a:b'],
  [{ 'quay.io:443': entry('a:b') },                                         undefined],
  [{ 'quay.io': {} },                                                       undefined],
  [{ 'quay.io': { email: 'x' } },                                           undefined],
  [{ 'quay.io': { auth: `${encoded('a:b')}\n` } },                          'a:b'],
  [{ 'quay.io': entry('a:b\0\0') },                                         'a:b'],
] as const)('%j has the login %s for quay.io/team/app', ([auths, expected]) => {
  const login = loginFor(auths, 'quay.io', 'team/app')
  expect(login && `${login.username}:${login.password}`).toBe(expected)
})

test('what docker calls Docker Hub is docker.io', () => {
  const auths = { 'https://index.docker.io/v1/': entry('a:b') }
  expect(loginFor(auths, 'docker.io', 'library/alpine')).toEqual({ username: 'a', password: 'b' })
})

test('an identity token stands in for the password', () => {
  const auths = { 'quay.io': { ...entry('<token>:'), identitytoken: 'T' } }
  expect(loginFor(auths, 'quay.io', 'a')).toEqual({ username: '<token>', password: '', identityToken: 'T' })
  expect(loginFor({ 'quay.io': { identitytoken: 'T' } }, 'quay.io', 'a')).toMatchObject({ identityToken: 'T' })
})

test('the oldest file is the list of logins itself', () => {
  const file = fileOf({ 'https://quay.io/v1/': entry('a:b') }, true)
  expect(findEntry(file, ['quay.io'])).toBe('https://quay.io/v1/')
})

test('one entry that is broken keeps nobody from the others, and is named without what it says', () => {
  const auths = { 'quay.io': { auth: 'S3cret' }, 'other.io': entry('a:b') }
  expect(loginFor(auths, 'other.io', 'x')).toMatchObject({ username: 'a' })
  const attempt = () => loginFor(auths, 'quay.io', 'x')
  expect(attempt).toThrow(expect.objectContaining({ code: 'E_BAD_AUTH_FILE' }))
  expect(attempt).not.toThrow(/S3cret/)
})

test('whatever is in a file, it is read or refused', () => {
  const member = fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.record({ auth: fc.jsonValue() })))
  fc.assert(
    fc.property(fc.record({ auths: member, credHelpers: member, credsStore: member }), (root) => {
      try {
        const file = fileOf(root)
        for (const registry of ['quay.io', ...Object.keys(file.entries)]) {
          const key = findEntry(file, [registry])
          if (key !== undefined) loginAt(file, key)
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'E_BAD_AUTH_FILE' })
      }
    }),
  )
})
