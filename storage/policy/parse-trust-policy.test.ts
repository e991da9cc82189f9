import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseTrustPolicy } from './parse-trust-policy.ts'

test('reads every requirement, with the line that it is on', () => {
  const text = `{
    "default": [{"type": "reject"}],
    "transports": {
      "docker": {
        "": [{"type": "insecureAcceptAnything"}],
        "quay.io": [
          {"type": "sigstoreSigned", "keyPath": "/a.pub"},
          {"type": "sigstoreSigned", "keyDatas": ["YQ==", "Yg=="], "signedIdentity": {"type": "exactRepository", "dockerRepository": "x"}},
          {"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/b"},
          {"type": "sigstoreSigned", "pki": {}, "rekorPublicKeyData": "x"}]
      }
    }
  }`
  const { fallback, transports } = parseTrustPolicy(text, '/p.json')
  expect(fallback).toEqual({
    origin: '/p.json:2 (default)',
    requirements: [{ type: 'reject', origin: '/p.json:2 (default)' }],
  })
  const docker = transports.get('docker')
  expect(docker?.get('')).toEqual({
    origin: '/p.json:5 (docker)',
    requirements: [{ type: 'insecureAcceptAnything' }],
  })
  expect(docker?.get('quay.io')?.requirements).toEqual([
    {
      type: 'sigstoreSigned',
      origin: '/p.json:7 (docker "quay.io")',
      keys: [{ path: '/a.pub' }],
      identity: { type: 'matchRepoDigestOrExact' },
    },
    {
      type: 'sigstoreSigned',
      origin: '/p.json:8 (docker "quay.io")',
      keys: [
        { pem: 'a', name: 'keyDatas at /p.json:8' },
        { pem: 'b', name: 'keyDatas at /p.json:8' },
      ],
      identity: { type: 'exactRepository', dockerRepository: 'x' },
    },
    { type: 'unsupported', origin: '/p.json:9 (docker "quay.io")', what: 'a signature by GPG ("signedBy")' },
    { type: 'unsupported', origin: '/p.json:10 (docker "quay.io")', what: '"pki" of sigstoreSigned' },
  ])
})

const signed = (more: string): string => `{"default": [{"type": "sigstoreSigned", ${more}}]}`
const identity = (more: string): string => signed(`"keyPath": "/k", "signedIdentity": {${more}}`)

// biome-ignore format: a table
test.for([
  ['[]',                                                                  'the policy is not an object'],
  ['{"default": {}}',                                                     'the list of requirements of default is not a list'],
  ['{"default": [1]}',                                                    'a requirement of default is not an object'],
  ['{"default": [{}]}',                                                   'a requirement of default has no "type"'],
  ['{"default": [{"type": 1}]}',                                          '"type" is not a string'],
  ['{"default": [{"type": "reject", "type": "reject"}]}',                 '"type" is there twice'],
  ['{"default": [{"type": "reject"}], "transports": {"dir": {"a": []}}}', 'the scope "a" of dir is not an absolute path'],
  [signed('"keyPath": "relative"'),                                       'keyPath "relative" is not an absolute path'],
  [signed('"keyPaths": []'),                                              'keyPaths is an empty list'],
  [signed('"keyData": "%"'),                                              'keyData is not base64'],
  [signed('"keyPath": "/a", "fulcio": {}'),                               'sigstoreSigned must have exactly one of keyPath, keyPaths, keyData, keyDatas, fulcio and pki'],
  [signed('"keyPath": "/a\\u0000b"'),                                     'keyPath contains a NUL character'],
  [identity('"type": "maybe"'),                                           'there is no type of signedIdentity "maybe"'],
  [identity('"type": "matchExact", "x": 1'),                              'matchExact has "x", which means nothing there'],
  [identity('"type": "exactReference", "dockerReference": "a/b"'),        '"a/b" has neither tag nor digest'],
  [identity('"type": "exactRepository", "dockerRepository": "a:b"'),      '"a:b" has a tag or a digest'],
  [identity('"type": "exactReference", "dockerReference": "A:b"'),        '"A:b" is not an image name: the name must be lower case'],
  [identity('"type": "remapIdentity", "prefix": "a"'),                    'remapIdentity has no "signedPrefix"'],
] as const)('%s: %s', ([text, problem]) => {
  expect(() => parseTrustPolicy(text, '/p.json')).toThrow(
    expect.objectContaining({ code: 'E_BAD_POLICY', message: `/p.json:1: ${problem}` }),
  )
})

test('any JSON is a policy or an error of one line that names the file and the line', () => {
  const word = fc.constantFrom(
    'default',
    'transports',
    'docker',
    '',
    'type',
    'reject',
    'sigstoreSigned',
    'signedIdentity',
    'keyPath',
    '/k',
    'x',
  )
  const { value } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      word,
      fc.integer(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 2 }),
      tie('object'),
    ),
    object: fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  }))
  fc.assert(
    fc.property(
      fc.oneof(
        value.map((one) => JSON.stringify(one, null, 1)),
        fc.string(),
      ),
      (text) => {
        try {
          parseTrustPolicy(text, '/p.json')
        } catch (error) {
          if (!(error instanceof TspodError)) throw error
          expect(error.message).toMatch(/^\/p\.json:\d+: [^\n]+$/)
        }
      },
    ),
    { numRuns: 1000 },
  )
})
