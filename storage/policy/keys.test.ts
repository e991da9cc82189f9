import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSigner } from './private-key.ts'
import { isSignedBy, loadPublicKey } from './public-key.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tspod-keys-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const write = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}
const never = { passphrase: () => Promise.reject(new Error('asked for a passphrase')) }
const PAYLOAD = Buffer.from('payload')

const PAIRS = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  Ed25519: () => generateKeyPairSync('ed25519'),
  RSA: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
} as const

test.for(['P-256', 'P-384', 'Ed25519', 'RSA'] as const)(
  '%s: what is signed is right, and nothing else',
  async (kind) => {
    const { privateKey, publicKey } = PAIRS[kind]()
    const signer = await openSigner(write('key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()), never)
    const key = loadPublicKey(
      { path: write('pub', publicKey.export({ type: 'spki', format: 'pem' }).toString()) },
      'p:1',
    )
    const signature = signer.sign(PAYLOAD)
    expect(isSignedBy(key, PAYLOAD, signature)).toBe(true)
    expect(isSignedBy(key, Buffer.from('payloae'), signature)).toBe(false)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(isSignedBy(key, PAYLOAD, bytes)).toBe(false)
      }),
      { numRuns: 200 },
    )
  },
)

test('a key that openssl encrypted opens with its passphrase alone', async () => {
  const { privateKey } = PAIRS['P-256']()
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' }).toString()
  const path = write('key', pem)
  await openSigner(path, { passphrase: async () => 'right' })
  await expect(openSigner(path, { passphrase: async () => 'wrong' })).rejects.toMatchObject({
    code: 'E_BAD_PASSPHRASE',
  })
})

const sealed = (value: unknown): string =>
  `-----BEGIN ENCRYPTED COSIGN PRIVATE KEY-----\n${Buffer.from(JSON.stringify(value)).toString('base64')}\n-----END ENCRYPTED COSIGN PRIVATE KEY-----\n`
const params = { N: 32768, r: 8, p: 1 }
const kdf = { name: 'scrypt', params, salt: 'YQ==' }
const cipher = { name: 'nacl/secretbox', nonce: Buffer.alloc(24).toString('base64') }

// biome-ignore format: a table
test.for([
  [1,                                                                        'it is not an object'],
  [{ kdf: { ...kdf, name: 'md5' }, cipher, ciphertext: '' },                  'it is neither scrypt nor secretbox'],
  [{ kdf: { ...kdf, params: { ...params, N: 1 << 30 } }, cipher, ciphertext: '' }, 'its kdf.params are unusual'],
  [{ kdf: { ...kdf, params: { ...params, r: 1024 } }, cipher, ciphertext: '' }, 'its kdf.params are unusual'],
  [{ kdf, cipher: { ...cipher, nonce: 'YQ==' }, ciphertext: '' },             'cipher.nonce has another length'],
  [{ kdf, cipher },                                                          'ciphertext is not a string'],
] as const)('a sealed key of %j: %s', async ([value, problem]) => {
  const path = write('key', sealed(value))
  await expect(openSigner(path, { passphrase: async () => 'x' })).rejects.toMatchObject({
    code: 'E_BAD_KEY',
    message: expect.stringMatching(new RegExp(`^cannot sign with [^\n]+: ${problem}$`)),
  })
})

test('what can neither sign nor verify is refused', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  const own = write('key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  await expect(openSigner(own, never)).rejects.toMatchObject({ code: 'E_BAD_KEY' })
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
  const x25519 = generateKeyPairSync('x25519').publicKey
  for (const key of [publicKey, small, x25519]) {
    const pem = key.export({ type: 'spki', format: 'pem' }).toString()
    expect(() => loadPublicKey({ pem, name: 'it' }, 'p:1')).toThrow(/^p:1: the key it /)
  }
  expect(() =>
    loadPublicKey({ pem: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', name: 'it' }, 'p:1'),
  ).toThrow('p:1: it is not a public key')
})
