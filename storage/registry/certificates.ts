import type { SecureContext } from 'node:tls'
import { isErrno, TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'

// Node.js trusts its own list unless told otherwise; a company's authority is only in the system's.
// Debian, Alpine and Arch; Fedora; SUSE; the rest.
const SYSTEM_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]
const MAX_BYTES = 16 << 20

/**
 * What verifies a server: the authorities of `caFile`, else of the system, else Node's own.
 * To be made once: reading a hundred certificates for each connection would be slow.
 *
 * @throws {TspodError} E_BAD_CERTIFICATES: the file is missing or not one of certificates
 */
export async function loadAuthorities(caFile: string | undefined): Promise<SecureContext> {
  const { createSecureContext } = await import('node:tls')
  if (caFile === undefined) {
    const ca = readSystemFile()
    return createSecureContext(ca === undefined ? {} : { ca })
  }
  const ca = readTextIfExists(caFile, MAX_BYTES)
  if (ca === undefined) throw new TspodError('E_BAD_CERTIFICATES', `${caFile}: no such file`)
  if (!ca.includes('-----BEGIN CERTIFICATE-----'))
    throw new TspodError('E_BAD_CERTIFICATES', `${caFile}: no certificate in it`)
  return createSecureContext({ ca })
}

function readSystemFile(): string | undefined {
  for (const file of SYSTEM_FILES) {
    try {
      const text = readTextIfExists(file, MAX_BYTES)
      if (text?.includes('-----BEGIN CERTIFICATE-----')) return text
    } catch (error) {
      if (!isErrno(error, 'EACCES')) throw error
    }
  }
  return undefined
}
