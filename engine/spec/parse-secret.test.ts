import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseSecret } from './parse-secret.ts'

const MOUNTED = { kind: 'mount', name: 's', uid: 0, gid: 0, mode: 0o444 }

// biome-ignore format: a table
test.for([
  ['s',                                   { ...MOUNTED, target: '/run/secrets/s' }],
  ['s,type=mount,target=a/b',             { ...MOUNTED, target: '/run/secrets/a/b' }],
  ['source=s,target=/etc/key,mode=0400',  { ...MOUNTED, target: '/etc/key', mode: 0o400 }],
  ['s,uid=5,gid=6',                       { ...MOUNTED, target: '/run/secrets/s', uid: 5, gid: 6 }],
  ['s,type=env',                          { kind: 'env', name: 's', variable: 's' }],
  ['s,type=env,target=KEY',               { kind: 'env', name: 's', variable: 'KEY' }],
] as const)('--secret %s', ([text, request]) => {
  expect(parseSecret(text)).toEqual(request)
})

// biome-ignore format: a table
test.for([
  '', ',', 's,type=file', 's,mode=8', 's,uid=x', 's,target=..', 's,target=a/../../x', 's,target=/', 's,what=1', 's,t', 's,type=env,mode=1',
  's,type=env,target=A=B', 'type=env', 's,target=\0',
])('--secret %j is refused', (text) => {
  expect(() => parseSecret(text)).toThrow(expect.objectContaining({ code: 'E_BAD_SECRET' }))
})

test('no place leads out of where secrets are, unless it is absolute', () => {
  const words = fc.array(fc.constantFrom('s', ',', 'target=', '..', '/', 'a', '=', 'type=env'))
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        words.map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          const secret = parseSecret(text)
          if (secret.kind === 'mount') expect(secret.target).toMatch(/^(\/(?!\.\.?(\/|$))[^/\0]+)+$/)
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      },
    ),
    { numRuns: 500 },
  )
})
