import { sign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from '../../base/child.ts'
import { push } from './registry.ts'
import { blobOf } from './tar-image.ts'

/** Files of a pair of keys. */
export interface Keys {
  readonly privateKey: string
  readonly publicKey: string
}

/** Makes a pair with openssl. `algorithm` is as for `openssl genpkey`. */
export function makeKeys(directory: string, name: string, algorithm: readonly string[] = EC): Keys {
  const keys = { privateKey: join(directory, `${name}.key`), publicKey: join(directory, `${name}.pub`) }
  openssl('genpkey', ...algorithm, '-out', keys.privateKey)
  openssl('pkey', '-in', keys.privateKey, '-pubout', '-out', keys.publicKey)
  return keys
}

/** A pair of which the private one is encrypted as cosign and skopeo do it, with a passphrase. For tests alone. */
export function sealedKeys(directory: string): Keys & { readonly passphraseFile: string } {
  const path = (name: string): string => join(directory, name)
  writeFileSync(path('sealed.key'), SEALED_KEY)
  writeFileSync(path('sealed.pub'), SEALED_PUBLIC_KEY)
  writeFileSync(path('passphrase'), `${PASSPHRASE}\nand nothing after the first line\n`)
  return { privateKey: path('sealed.key'), publicKey: path('sealed.pub'), passphraseFile: path('passphrase') }
}

export type Demand = Readonly<Record<string, unknown>>

/** Writes a policy.json that rejects everything but what it demands of scopes. Its path. */
export function writePolicy(directory: string, docker: Readonly<Record<string, readonly Demand[]>>, more = {}): string {
  const path = join(directory, 'policy.json')
  writeFileSync(path, JSON.stringify({ default: [{ type: 'reject' }], transports: { docker, ...more } }, null, 2))
  return path
}

/** What a signature says, and what it was made with. */
export interface HandMade {
  /** of the image, which is what the payload speaks of unless it is given */
  readonly digest: string
  readonly name: string
  readonly privateKey: string
  /** in place of the right one */
  readonly payload?: string
  /** makes another of the payload after it was signed */
  readonly tamper?: (payload: string) => string
}

/** Puts a signature beside an image as cosign would, in place of those there are. Source: cosign, specs/SIGNATURE_SPEC.md. */
export async function attachByHand(host: string, repository: string, made: HandMade): Promise<void> {
  const signed = made.payload ?? payloadOf(made.digest, made.name)
  const signature = sign('sha256', Buffer.from(signed), readFileSync(made.privateKey, 'utf8')).toString('base64')
  const payload = blobOf(Buffer.from(made.tamper?.(signed) ?? signed))
  const config = blobOf(Buffer.from('{"architecture":"","os":"","rootfs":{"type":"layers","diff_ids":[]}}'))
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config.digest, size: config.bytes.length },
    layers: [
      {
        mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
        digest: payload.digest,
        size: payload.bytes.length,
        annotations: { 'dev.cosignproject.cosign/signature': signature },
      },
    ],
  }
  const image = { config, layers: [payload], manifest: { ...blobOf(Buffer.from(JSON.stringify(manifest))), mediaType } }
  await push(host, repository, `${made.digest.replace(':', '-')}.sig`, image)
}

export function payloadOf(digest: string, name: string, more: Readonly<Record<string, unknown>> = {}): string {
  const critical = {
    identity: { 'docker-reference': name },
    image: { 'docker-manifest-digest': digest },
    type: 'cosign container image signature',
    ...more,
  }
  return JSON.stringify({ critical, optional: null })
}

const PASSPHRASE = 'correct horse'

const EC = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']

function openssl(...argv: string[]): void {
  const result = runChild('openssl', argv)
  if (result?.exitCode !== 0) throw new Error(`openssl ${argv[0]} failed: ${result?.stderr}`)
}

const SEALED_KEY = `-----BEGIN ENCRYPTED COSIGN PRIVATE KEY-----
eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjozMjc2OCwiciI6
OCwicCI6MX0sInNhbHQiOiJzU0hWSkdUcXdHSnZQZXRhdVptNGFmL1ZZQlprRzNT
SHdXbWltQStCN2VVPSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94
Iiwibm9uY2UiOiJZTmRVMTRUUlRGUXVsbUhocEZ1WHFrSXlaYk03WG83QiJ9LCJj
aXBoZXJ0ZXh0IjoiRnJPZjhqQVpJWmIzWnVMU2kxWUdoSG80K1ByM0dxeGFHYVNP
bmVlVXpZUkdRYm8rV3c5Vmd1aHpiWWxvd1Z4N0FHV1NpT0JyQjJTaVJiWHNmMGxn
bkVsWWtZK2hIRS9LVit4dk9xRTNnRnBWbzZaMXFVd09nQXNaNnhsTTBZOHp0Z25M
bXE5WDROTkdlTDVHbHNxOUZMVk9oMDRQc1NDQ1FUYkVzT2o5OTJKMmFBcGY0WE1T
YVVZN2EySlNUVEtZUUQrSGgwVHRhb3ExT3c9PSJ9
-----END ENCRYPTED COSIGN PRIVATE KEY-----
`

const SEALED_PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE75z8Jz/zFegOXci5gsr/mOElC2mO
gYE9YkhIg36JGmwFPEuFPFo3cH9OETYBviqDc3rrZoK6rTdqZGj4U+7Gzw==
-----END PUBLIC KEY-----
`
