import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { certificateDirectory, readHostCertificates } from './host-certificates.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tspod-certs-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

function put(host: string, ...names: string[]): string {
  mkdirSync(join(directory, host), { recursive: true })
  for (const name of names) writeFileSync(join(directory, host, name), `-----BEGIN ${name}-----`)
  return join(directory, host)
}

test('the host counts with its port, and the first directory that has it', () => {
  const [user, system] = ['user', 'system'].map((name) => join(directory, name))
  const own = put('system/quay.io:5000', 'ca.crt')
  put('user/quay.io', 'ca.crt')
  const places = { perHost: [user ?? '', system ?? ''] }
  expect(certificateDirectory('quay.io:5000', places)).toBe(own)
  expect(certificateDirectory('quay.io:443', places)).toBeUndefined()
  expect(certificateDirectory('quay.io:5000', { perHost: [put('user2', 'x'), system ?? ''] })).toBe(own)
  expect(certificateDirectory('anything', { directory: '/x', perHost: [user ?? ''] })).toBe('/x')
})

test('authorities, and pairs of certificate and key, in the order of their names', () => {
  const { authorities, clients } = readHostCertificates(put('h', 'b.crt', 'a.crt', 'c.cert', 'c.key', 'README'))
  expect(authorities.map(({ text }) => text)).toEqual(['-----BEGIN a.crt-----', '-----BEGIN b.crt-----'])
  expect(clients).toEqual([{ certificate: '-----BEGIN c.cert-----', key: '-----BEGIN c.key-----' }])
})

test.for([['x.cert'], ['x.key']])('%s alone is an error that names the directory', ([name = '']) => {
  const own = put('h', name)
  expect(() => readHostCertificates(own)).toThrow(
    expect.objectContaining({
      code: 'E_BAD_CERTIFICATES',
      message: expect.stringContaining(`${own}: ${name} is there`),
    }),
  )
})

test('a file that is no certificate is named', () => {
  const own = put('h')
  writeFileSync(join(own, 'ca.crt'), 'DER?')
  expect(() => readHostCertificates(own)).toThrow(/ca\.crt: no certificate or key in it/)
})
