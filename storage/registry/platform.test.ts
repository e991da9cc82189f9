import { expect, test } from 'vitest'
import { indexObject } from './fake-image.ts'
import { sha256 } from './fake-registry.ts'
import { parseManifest } from './manifest.ts'
import { choosePlatform, formatPlatform, linuxPlatform, parsePlatform } from './platform.ts'

function index(value: unknown) {
  const parsed = parseManifest(Buffer.from(JSON.stringify(value)), '')
  if (parsed.kind !== 'index') throw new Error('not an index')
  return parsed
}

// biome-ignore format: a table
test.for([
  // wanted              offered                                                        chosen
  ['linux/amd64',        ['linux/arm64', 'linux/amd64'],                                'linux/amd64'],
  ['linux/amd64',        ['windows/amd64', 'linux/amd64'],                              'linux/amd64'],
  ['linux/amd64',        ['linux/amd64/v3', 'linux/amd64/v1'],                          'linux/amd64/v1'],
  ['linux/amd64/v3',     ['linux/amd64', 'linux/amd64/v2'],                             'linux/amd64/v2'],
  ['linux/x86_64',       ['linux/amd64'],                                               'linux/amd64'],
  ['linux/arm64',        ['linux/arm/v7', 'linux/arm64/v8'],                            'linux/arm64/v8'],
  ['linux/arm64/v8',     ['linux/arm64'],                                               'linux/arm64'],
  ['aarch64',            ['linux/arm64'],                                               'linux/arm64'],
  ['linux/arm/v7',       ['linux/arm/v5', 'linux/arm/v6'],                              'linux/arm/v6'],
  ['linux/arm/v7',       ['linux/arm/v6', 'linux/arm'],                                 'linux/arm'],
  ['linux/arm',          ['linux/arm/v8', 'linux/arm/v5'],                              'linux/arm/v5'],
  ['linux/arm/v6',       ['linux/arm/v7', 'linux/arm/v5'],                              'linux/arm/v5'],
  ['linux/s390x',        ['unknown/unknown', 'linux/s390x'],                            'linux/s390x'],
] as const)('%s out of %j is %s', ([wanted, offered, chosen]) => {
  expect(choosePlatform(index(indexObject(...offered)), parsePlatform(wanted)).digest).toBe(sha256(chosen))
})

test('says what there is when the platform is missing, and leaves attestations out', () => {
  const offered = index(indexObject('linux/arm64', 'unknown/unknown', 'windows/amd64', 'linux/amd64/v3'))
  expect(() => choosePlatform(offered, parsePlatform('linux/amd64'))).toThrow(
    expect.objectContaining({
      code: 'E_NO_PLATFORM',
      message: 'the image has nothing for linux/amd64: there is linux/arm64, windows/amd64, linux/amd64/v3',
    }),
  )
})

test('an annotation marks an attestation, whatever platform it claims', () => {
  const object = indexObject('linux/amd64')
  const manifests = object.manifests.map((entry) => ({
    ...entry,
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  }))
  expect(() => choosePlatform(index({ ...object, manifests }), parsePlatform('linux/amd64'))).toThrow(
    expect.objectContaining({ code: 'E_NO_PLATFORM' }),
  )
})

test('the only image of an index need not name a platform', () => {
  const object = indexObject('linux/amd64')
  const manifests = object.manifests.map(({ platform: _, ...entry }) => entry)
  expect(choosePlatform(index({ ...object, manifests }), parsePlatform('linux/s390x')).digest).toBe(
    sha256('linux/amd64'),
  )
})

test('platforms of the machine and of the command line', () => {
  expect(formatPlatform(linuxPlatform('x64'))).toBe('linux/amd64')
  expect(formatPlatform(linuxPlatform('arm64'))).toBe('linux/arm64')
  expect(formatPlatform(linuxPlatform('arm'))).toBe('linux/arm/v7')
  for (const text of ['', 'a/b/c/d', 'linux/', 'a b', 'linux/amd64\n']) {
    expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: 'E_BAD_PLATFORM' }))
  }
})
