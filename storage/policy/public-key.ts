import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { isErrno } from '../../base/errors.ts'
import { readBounded } from '../../base/files.ts'
import { badPolicy } from './errors.ts'
import type { KeySource } from './trust-policy.ts'

export interface PublicKey {
  /** the file, or where in policy.json it is */
  readonly name: string
  readonly key: KeyObject
}

const MAX_KEY_BYTES = 64 << 10
const CURVES: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1']
const MIN_RSA_BITS = 2048

/** @throws {TspodError} E_BAD_POLICY: there is no key, or one of another kind than tspod can use */
export function loadPublicKey(source: KeySource, origin: string): PublicKey {
  const name = 'path' in source ? source.path : source.name
  const pem = 'path' in source ? readKey(source.path, origin) : source.pem
  const key = parsePublicKey(pem, name, origin)
  const problem = problemOfKey(key)
  if (problem !== undefined) throw badPolicy(origin, `the key ${name} ${problem}`)
  return { name, key }
}

/** Whether these bytes were signed by this key. Source: sigstore/sigstore, pkg/signature: SHA-256 for every key but Ed25519. */
export function isSignedBy({ key }: PublicKey, payload: Uint8Array, signature: Uint8Array): boolean {
  return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', payload, key, signature)
}

function readKey(path: string, origin: string): string {
  try {
    return readBounded(path, MAX_KEY_BYTES).toString('latin1')
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) throw badPolicy(origin, `there is no key ${path}`)
    if (isErrno(error, 'EACCES', 'EISDIR')) throw badPolicy(origin, `the key ${path} cannot be read`)
    throw error
  }
}

function parsePublicKey(pem: string, name: string, origin: string): KeyObject {
  // A private key, too, would be taken, and is not to lie about.
  if (pem.includes('-----BEGIN PUBLIC KEY-----')) {
    try {
      return createPublicKey(pem)
    } catch (cause) {
      throw badPolicy(origin, `${name} is not a public key`, { cause })
    }
  }
  throw badPolicy(origin, `${name} is not a public key in PEM`, {
    hint: 'make one with "openssl pkey -in PRIVATE-KEY -pubout"',
  })
}

/** Why a key, of either kind, is none to sign with. */
export function problemOfKey({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): string | undefined {
  if (type === 'ed25519') return undefined
  if (type === 'ec') {
    return CURVES.includes(details?.namedCurve ?? '') ? undefined : `is on the curve ${details?.namedCurve}`
  }
  if (type !== 'rsa') return `is of the kind ${type}`
  const bits = details?.modulusLength ?? 0
  return bits >= MIN_RSA_BITS ? undefined : `has ${bits} bits, where ${MIN_RSA_BITS} is the least`
}
