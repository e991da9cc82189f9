import { resolve } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import type { Digest } from '../../storage/content/digest.ts'
import { attachSignature } from '../../storage/policy/attach-signature.ts'
import { formatPayload } from '../../storage/policy/payload.ts'
import { openSigner, type Signer } from '../../storage/policy/private-key.ts'
import { pushEndpoint } from '../../storage/registry/endpoint.ts'
import { formatReference, type Reference, repositoryOf } from '../../storage/registry/reference.ts'
import type { Engine } from '../engine.ts'
import type { OpenAccess } from './registry-access.ts'

/** With what to sign that which is pushed. */
export interface SignOptions {
  /** file of a private key; nothing is signed without */
  readonly signKey?: string
  /** file whose first line opens the key */
  readonly passphraseFile?: string
  /** asked where the key is encrypted and there is no such file */
  readonly askPassphrase?: (() => Promise<string>) | undefined
}

const MAX_PASSPHRASE_BYTES = 64 << 10

/**
 * Opens the key that is to sign, if there is one: before anything is sent, as what is wrong with it
 * is better known then.
 *
 * @throws {TspodError} E_BAD_KEY, E_BAD_PASSPHRASE, E_NO_PASSPHRASE
 * @see podman-push(1), "--sign-by-sigstore-private-key"
 */
export async function openSigning(engine: Engine, options: SignOptions): Promise<Signer | undefined> {
  const { signKey, passphraseFile, askPassphrase } = options
  if (signKey === undefined) return undefined
  return await openSigner(resolve(engine.cwd, signKey), {
    passphrase: async () => {
      if (passphraseFile !== undefined) return readPassphrase(resolve(engine.cwd, passphraseFile))
      if (askPassphrase) return await askPassphrase()
      throw new TspodError('E_NO_PASSPHRASE', `the key ${signKey} is encrypted, and there is no passphrase`, {
        hint: 'give a file of it with --sign-passphrase-file',
      })
    },
  })
}

/**
 * Signs an image that a registry has under this name, and puts the signature beside it.
 *
 * @param digest of its manifest there
 * @throws {TspodError} what attachSignature throws
 * @see containers-signature(5)
 */
export async function signImage(
  signer: Signer,
  { reference, digest }: { readonly reference: Reference; readonly digest: Digest },
  access: OpenAccess,
): Promise<void> {
  const { registries, tlsVerify, registry } = access
  const creator = registry.userAgent
  const name = reference.tag === undefined ? repositoryOf(reference) : formatReference(reference).replace(/@.*/, '')
  const payload = formatPayload({ manifestDigest: digest, dockerReference: name }, { creator, nowMs: Date.now() })
  const signature = { payload, signature: signer.sign(payload) }
  await attachSignature(pushEndpoint(reference, registries, { tlsVerify }), { digest, signature }, registry)
}

export function noPlaceForSignature(destination: string): TspodError {
  return new TspodError('E_UNSUPPORTED', `${destination}: tspod puts signatures only beside images on a registry`)
}

/** As podman: what is after the first line does not count. */
function readPassphrase(path: string): string {
  const text = readTextIfExists(path, MAX_PASSPHRASE_BYTES)
  if (text === undefined) throw new TspodError('E_NO_PASSPHRASE', `${path}: no such file`)
  return text.split('\n', 1)[0] ?? ''
}
