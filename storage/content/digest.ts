import { TspodError } from '../../base/errors.ts'

/** `sha256:` and 64 lower-case hexadecimal digits. Source: OCI image-spec, descriptor.md, "Digests". */
export type Digest = `sha256:${string}` & { readonly __brand: 'Digest' }

const PATTERN = /^sha256:[0-9a-f]{64}$/

/** @throws {TspodError} E_BAD_DIGEST: not a sha256 digest (the only algorithm accepted) */
export function parseDigest(text: unknown): Digest {
  if (!isDigest(text))
    throw new TspodError('E_BAD_DIGEST', `not a sha256 digest: ${JSON.stringify(text)?.slice(0, 100)}`)
  return text
}

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && PATTERN.test(text)
}

/** The digest of these hexadecimal digits, e.g. of `createHash('sha256').digest('hex')`. */
export function digestOfHex(hex: string): Digest {
  return parseDigest(`sha256:${hex}`)
}

/** The 64 hexadecimal digits alone. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length)
}
