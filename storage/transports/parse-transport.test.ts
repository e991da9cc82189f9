import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { formatTransport, parseTransport } from './parse-transport.ts'

// biome-ignore format: a table
test.for([
  ['alpine',                         { transport: 'docker', name: 'alpine' }],
  ['localhost:5000/a/b:v1',          { transport: 'docker', name: 'localhost:5000/a/b:v1' }],
  ['docker://alpine:3',              { transport: 'docker', name: 'alpine:3' }],
  ['docker:5000/alpine',             { transport: 'docker', name: 'docker:5000/alpine' }],
  ['docker-archive:x.tar',           { transport: 'docker-archive', path: 'x.tar' }],
  ['docker-archive:x.tar:alpine:3',  { transport: 'docker-archive', path: 'x.tar', reference: 'alpine:3' }],
  ['docker-archive:/a/x.tar:@2',     { transport: 'docker-archive', path: '/a/x.tar', index: 2 }],
  ['oci:/tmp/layout',                { transport: 'oci', path: '/tmp/layout' }],
  ['oci:/tmp/layout:',               { transport: 'oci', path: '/tmp/layout' }],
  ['oci:layout:quay.io/a/b:v1',      { transport: 'oci', path: 'layout', reference: 'quay.io/a/b:v1' }],
  ['oci-archive:-:v1',               { transport: 'oci-archive', path: '-', reference: 'v1' }],
  ['dir:/a:b',                       { transport: 'dir', path: '/a:b' }],
  ['containers-storage:alpine',      { transport: 'containers-storage', name: 'alpine' }],
] as const)('%s', ([text, location]) => {
  expect(parseTransport(text)).toEqual(location)
})

test('a plain name may be one of storage', () => {
  expect(parseTransport('alpine', 'containers-storage')).toEqual({ transport: 'containers-storage', name: 'alpine' })
})

test.for(['oci:', 'oci::v1', 'dir:', 'docker://', 'containers-storage:', 'oci:a:@x', 'docker-daemon:a', 'ostree:x'])(
  '%s is refused',
  (text) => {
    expect(() => parseTransport(text)).toThrow(expect.objectContaining({ code: 'E_BAD_TRANSPORT' }))
  },
)

test('any text is a location that is written as it was read, or a TspodError', () => {
  const word = fc.constantFrom('oci', 'dir', 'docker', 'docker-archive', 'oci-archive', 'containers-storage', '')
  const text = fc.oneof(
    fc.string(),
    fc.tuple(word, fc.string()).map(([transport, rest]) => `${transport}:${rest}`),
  )
  fc.assert(
    fc.property(text, (one) => {
      try {
        const location = parseTransport(one)
        expect(parseTransport(formatTransport(location))).toEqual(
          location.transport === 'docker' ? { transport: 'docker', name: location.name } : location,
        )
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
  )
})
