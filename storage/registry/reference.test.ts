import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { sha256 } from './fake-registry.ts'
import {
  formatFamiliar,
  formatReference,
  isDomain,
  normalizeReference,
  parseReference,
  withDigest,
} from './reference.ts'

const DIGEST = sha256('something')

// biome-ignore format: a table
test.for([
  ['alpine',                              'docker.io/library/alpine:latest',       'alpine'],
  ['alpine:3.20',                         'docker.io/library/alpine:3.20',         'alpine:3.20'],
  ['team/app',                            'docker.io/team/app:latest',             'team/app'],
  ['docker.io/alpine',                    'docker.io/library/alpine:latest',       'alpine'],
  ['index.docker.io/team/app:1',          'docker.io/team/app:1',                  'team/app:1'],
  ['docker://alpine',                     'docker.io/library/alpine:latest',       'alpine'],
  ['docker://quay.io/a/b:c',              'quay.io/a/b:c',                         'quay.io/a/b:c'],
  ['localhost/x',                         'localhost/x:latest',                    'localhost/x'],
  ['localhost:5000/x/y:tag',              'localhost:5000/x/y:tag',                'localhost:5000/x/y:tag'],
  [`localhost:5000/x/y:tag@${DIGEST}`,    `localhost:5000/x/y:tag@${DIGEST}`,      `localhost:5000/x/y:tag@${DIGEST}`],
  [`alpine@${DIGEST}`,                    `docker.io/library/alpine@${DIGEST}`,    `alpine@${DIGEST}`],
  ['[::1]:5000/x',                        '[::1]:5000/x:latest',                   '[::1]:5000/x'],
  ['GHCR.io/a/b',                         'ghcr.io/a/b:latest',                    'ghcr.io/a/b'],
  ['a.b/c__d/e-f/g--h.i_j',               'a.b/c__d/e-f/g--h.i_j:latest',          'a.b/c__d/e-f/g--h.i_j'],
  ['localhost:5000',                      'docker.io/library/localhost:5000',      'localhost:5000'],
] as const)('%s means %s', ([text, full, familiar]) => {
  const reference = normalizeReference(text)
  expect(formatReference(reference)).toBe(full)
  expect(formatFamiliar(reference)).toBe(familiar)
})

// biome-ignore format: a table
test.for([
  ['',                             /no name/],
  ['Alpine',                       /lower case/],
  ['quay.io/Team/app',             /lower case/],
  ['Team/app',                     /lower case/],
  ['alpine:',                      /tag "" is not valid/],
  ['alpine:-x',                    /tag "-x"/],
  [`alpine:${'a'.repeat(129)}`,    /tag/],
  ['alpine@sha256:12',             /not a sha256 digest/],
  ['alpine@',                      /digest/],
  ['a//b',                         /"" is not a valid part/],
  ['quay.io/',                     /no name/],
  ['quay.io/../x',                 /"\.\." is not a valid part/],
  ['/alpine',                      /"" is not a valid part/],
  ['alpine ',                      /"alpine " is not a valid part/],
  ['a___b',                        /not a valid part/],
  ['a.b:0/x',                      /not a registry host/],
  ['a.b:70000/x',                  /not a registry host/],
  ['a..b/x',                       /not a registry host/],
  ['999.1.1.1/x',                  /not a registry host/],
  ['[::g]/x',                      /not a registry host/],
  ['https://quay.io/a',            /https:\/\/ is not a part/],
  ['f'.repeat(64),                 /image ID/],
  ['a'.repeat(256),                /longer than 255/],
  ['a'.repeat(2000),               /longer than 1024/],
] as const)('%s is refused', ([text, words]) => {
  expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'E_BAD_REFERENCE', message: expect.stringMatching(words) }))
})

test('capital letters have a hint', () => {
  const hint = 'write it in small letters: a tag alone may have capital ones'
  expect(() => parseReference('Team/app:V1')).toThrow(expect.objectContaining({ hint }))
})

describe('parseReference', () => {
  test('tells a name without a registry from one with', () => {
    expect(parseReference('team/app:1')).toEqual({ qualified: false, name: { path: 'team/app', tag: '1' } })
    expect(parseReference('quay.io/team/app')).toMatchObject({
      qualified: true,
      reference: { domain: 'quay.io', tag: 'latest' },
    })
  })

  test('withDigest keeps the repository and nothing else', () => {
    expect(formatReference(withDigest(normalizeReference('quay.io/a/b:c'), DIGEST))).toBe(`quay.io/a/b@${DIGEST}`)
  })

  test('any text is a reference that reads back the same, or a TspodError', () => {
    const part = fc.constantFrom(
      'a',
      'B',
      '0',
      '.',
      '_',
      '-',
      '/',
      ':',
      '@',
      '[',
      ']',
      ' ',
      '\n',
      'é',
      'docker.io',
      'localhost',
      DIGEST,
      '://',
    )
    const text = fc.oneof(
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string(),
    )
    fc.assert(
      fc.property(text, (name) => {
        try {
          const reference = normalizeReference(name)
          expect(normalizeReference(formatReference(reference))).toEqual(reference)
          expect(new URL(`https://${reference.domain}/v2/${reference.path}/x`).pathname).toBe(`/v2/${reference.path}/x`)
        } catch (error) {
          if (!(error instanceof TspodError)) throw error
          expect(error.message).not.toContain('\n')
        }
      }),
      { numRuns: 500 },
    )
  })
})

test('a domain is lower case, and its port is in range', () => {
  expect(['a.b:1', 'mirror', '[::1]', '10.0.0.1:65535'].filter((text) => !isDomain(text))).toEqual([])
  expect(['', 'A', 'a:', 'a:65536', '-a', 'a-', 'a/b', '[::1', '::1', 'a b'].filter(isDomain)).toEqual([])
})
