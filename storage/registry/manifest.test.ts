import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { indexObject, manifestObject, schema2Object } from './fake-image.ts'
import { parseManifest } from './manifest.ts'
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from './media-type.ts'

const parse = (value: unknown, mediaType = '') => parseManifest(Buffer.from(JSON.stringify(value)), mediaType)
const layer = manifestObject().layers[0]
const refused = (code: string, words: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(words) })

describe('parseManifest', () => {
  test('reads OCI and Docker manifests', () => {
    expect(parse(manifestObject(), OCI_MANIFEST)).toMatchObject({
      kind: 'manifest',
      mediaType: OCI_MANIFEST,
      layers: [{ compression: 'gzip', digest: layer?.digest, sizeBytes: 300_000 }],
    })
    expect(parse(schema2Object(), DOCKER_MANIFEST)).toMatchObject({ kind: 'manifest', mediaType: DOCKER_MANIFEST })
  })

  test('reads indexes', () => {
    expect(parse(indexObject('linux/arm/v7'), OCI_INDEX)).toMatchObject({
      kind: 'index',
      entries: [{ platform: { os: 'linux', architecture: 'arm', variant: 'v7' }, isAttestation: false }],
    })
    const { mediaType: _, ...list } = indexObject('linux/amd64')
    expect(parse(list, DOCKER_LIST)).toMatchObject({ kind: 'index', mediaType: DOCKER_LIST })
  })

  test('goes by the content where the registry does not name the type', () => {
    const { mediaType: _, ...untyped } = manifestObject()
    expect(parse(untyped, 'application/json')).toMatchObject({ kind: 'manifest', mediaType: OCI_MANIFEST })
    expect(parse(schema2Object(), 'text/plain')).toMatchObject({ mediaType: DOCKER_MANIFEST })
  })

  // biome-ignore format: a table
  test.for([
    [{ ...manifestObject(), manifests: [] },                                   'E_REGISTRY_PROTOCOL', /index and an image at once/],
    [{ ...manifestObject(), mediaType: OCI_INDEX },                            'E_REGISTRY_PROTOCOL', /but says it is/],
    [{ ...manifestObject(), schemaVersion: 3 },                                'E_REGISTRY_PROTOCOL', /schemaVersion is not 2/],
    [{ ...manifestObject(), config: null },                                    'E_REGISTRY_PROTOCOL', /config is not an object/],
    [{ ...manifestObject(), layers: Array(501).fill(layer) },                  'E_REGISTRY_PROTOCOL', /more than 500/],
    [{ ...manifestObject(), layers: [{ ...layer, size: -1 }] },                'E_REGISTRY_PROTOCOL', /layers\[0\].size/],
    [{ ...manifestObject(), layers: [{ ...layer, size: 2 ** 60 }] },           'E_REGISTRY_PROTOCOL', /layers\[0\].size/],
    [{ ...manifestObject(), layers: [{ ...layer, digest: 'sha256:../x' }] },   'E_REGISTRY_PROTOCOL', /layers\[0\].digest/],
    [[],                                                                       'E_REGISTRY_PROTOCOL', /not an object/],
    [{ schemaVersion: 1, fsLayers: [] },                                       'E_UNSUPPORTED_MANIFEST', /schema 1/],
    [{ ...manifestObject(), config: { ...layer, mediaType: 'helm' } },         'E_UNSUPPORTED_MANIFEST', /not a container image.*"helm"/],
    [{ ...manifestObject(), layers: [{ ...layer, mediaType: 'x/y' }] },        'E_UNSUPPORTED_MANIFEST', /layer 1 is of the unknown type "x\/y"/],
    [{ ...manifestObject(), layers: [{ ...layer, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }] },
                                                                               'E_UNSUPPORTED_MANIFEST', /not held by the registry/],
  ] as const)('refuses %j', ([value, code, words]) => {
    expect(() => parse(value, OCI_MANIFEST)).toThrow(refused(code, words))
  })

  test('refuses what is not JSON, not UTF-8, too large, or of schema 1 by its type', () => {
    expect(() => parseManifest(Buffer.from('{'), '')).toThrow(refused('E_REGISTRY_PROTOCOL', /not JSON/))
    expect(() => parseManifest(Buffer.from([0x22, 0xff, 0x22]), '')).toThrow(
      refused('E_REGISTRY_PROTOCOL', /not UTF-8/),
    )
    expect(() => parseManifest(Buffer.alloc((4 << 20) + 1), '')).toThrow(refused('E_REGISTRY_PROTOCOL', /larger/))
    const schema1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws'
    expect(() => parse({}, schema1)).toThrow(refused('E_UNSUPPORTED_MANIFEST', /schema 1/))
  })

  test('any JSON is a manifest or a TspodError', () => {
    const member = fc.constantFrom(
      'schemaVersion',
      'mediaType',
      'config',
      'layers',
      'manifests',
      'digest',
      'size',
      'platform',
      '__proto__',
    )
    const changed = fc.tuple(member, fc.jsonValue()).map(([name, value]) => ({ ...manifestObject(), [name]: value }))
    const entry = fc
      .dictionary(member, fc.jsonValue())
      .map((entry) => ({ schemaVersion: 2, manifests: [{ ...layer, ...entry }] }))
    fc.assert(
      fc.property(
        fc.oneof(changed, entry, fc.jsonValue()),
        fc.constantFrom('', OCI_MANIFEST, OCI_INDEX, DOCKER_LIST),
        (value, type) => {
          try {
            parse(value, type)
          } catch (error) {
            expect(error).toBeInstanceOf(TspodError)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
