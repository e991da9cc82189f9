import { createPrivateKey, type KeyObject, scrypt, sign } from 'node:crypto'
import { isErrno, TspodError } from '../../base/errors.ts'
import { readBounded } from '../../base/files.ts'
import { parseJson } from '../registry/json.ts'
import { shapeReader } from '../registry/shape.ts'
import { problemOfKey } from './public-key.ts'
import { openSecretbox } from './secretbox.ts'

/** Signs what it is given, with a key that was read before. */
export interface Signer {
  sign(payload: Uint8Array): Buffer
}

export interface SignerOptions {
  /** asked for only where the key is encrypted */
  readonly passphrase: () => Promise<string>
}

const MAX_KEY_BYTES = 64 << 10
/** What cosign and skopeo write. */
const SEALED = /-----BEGIN ENCRYPTED (?:COSIGN|SIGSTORE) PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END ENCRYPTED/

/**
 * Opens a private key: PEM as openssl writes it, or as cosign and skopeo do, which is encrypted.
 *
 * @throws {TspodError} E_BAD_KEY: no such file, or no key that can sign; E_BAD_PASSPHRASE
 */
export async function openSigner(path: string, options: SignerOptions): Promise<Signer> {
  const pem = readKey(path)
  const key = await parseKey(pem, path, options)
  const problem = problemOfKey(key)
  if (problem !== undefined) throw badKey(path, `it ${problem}`)
  return { sign: (payload) => sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', payload, key) }
}

function readKey(path: string): string {
  try {
    return readBounded(path, MAX_KEY_BYTES).toString('latin1')
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) throw badKey(path, 'no such file')
    if (isErrno(error, 'EACCES', 'EISDIR')) throw badKey(path, 'it cannot be read')
    throw error
  }
}

async function parseKey(pem: string, path: string, { passphrase }: SignerOptions): Promise<KeyObject> {
  const sealed = SEALED.exec(pem)?.[1]
  if (sealed !== undefined) {
    const der = await unseal(Buffer.from(sealed, 'base64'), path, await passphrase())
    return createKey(path, { key: der, format: 'der', type: 'pkcs8' })
  }
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) throw badKey(path, 'it is no private key in PEM')
  if (!/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) return createKey(path, { key: pem })
  const words = await passphrase()
  return createKey(path, { key: pem, passphrase: words }, badPassphrase(path))
}

function createKey(path: string, from: Parameters<typeof createPrivateKey>[0], otherwise?: TspodError): KeyObject {
  try {
    return createPrivateKey(from)
  } catch {
    // OpenSSL's words may quote what is secret.
    throw otherwise ?? badKey(path, 'it is no private key')
  }
}

/** Source: github.com/theupdateframework/go-tuf, encrypted/encrypted.go, which cosign and skopeo use. */
async function unseal(json: Buffer, path: string, passphrase: string): Promise<Buffer> {
  const fail = (problem: string): TspodError => badKey(path, `its encryption is not what cosign writes: ${problem}`)
  const read = shapeReader(fail)
  const root = read.object(parseJson(json, fail), 'it')
  const kdf = read.object(root['kdf'], 'kdf')
  const params = read.object(kdf['params'], 'kdf.params')
  const cipher = read.object(root['cipher'], 'cipher')
  if (kdf['name'] !== 'scrypt' || cipher['name'] !== 'nacl/secretbox') throw fail('it is neither scrypt nor secretbox')
  const bytes = (value: unknown, where: string): Buffer => Buffer.from(read.string(value, where), 'base64')
  const nonce = bytes(cipher['nonce'], 'cipher.nonce')
  if (nonce.byteLength !== 24) throw fail('cipher.nonce has another length')
  const key = await derive(
    passphrase,
    bytes(kdf['salt'], 'kdf.salt'),
    costOf(read.size(params['N'], 'N'), params, fail),
  )
  const opened = openSecretbox(bytes(root['ciphertext'], 'ciphertext'), { key, nonce })
  if (!opened) throw badPassphrase(path)
  return opened
}

/** As much memory as the largest of them takes is no danger. */
function costOf(N: number, { r, p }: Readonly<Record<string, unknown>>, fail: (problem: string) => TspodError) {
  if (![1 << 15, 1 << 16, 1 << 17].includes(N) || r !== 8 || p !== 1) throw fail('its kdf.params are unusual')
  return { N, r: 8, p: 1, maxmem: 129 * 8 * N + (1 << 20) }
}

function derive(passphrase: string, salt: Buffer, cost: ReturnType<typeof costOf>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

function badKey(path: string, problem: string): TspodError {
  return new TspodError('E_BAD_KEY', `cannot sign with ${path}: ${problem}`)
}

function badPassphrase(path: string): TspodError {
  return new TspodError('E_BAD_PASSPHRASE', `the passphrase does not open ${path}`)
}
