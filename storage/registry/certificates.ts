import type { SecureContext } from 'node:tls'
import { isErrno, TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { type HostCertificates, listNames } from './host-certificates.ts'

/** Where the authorities are that every server is verified by. What is not given is the system's. */
export interface AuthoritySources {
  /** $SSL_CERT_FILE: instead of the system's */
  readonly file?: string
  /** $SSL_CERT_DIR: instead of the system's */
  readonly directories?: readonly string[]
  /** $NODE_EXTRA_CA_CERTS: beside the others */
  readonly extraFile?: string
}

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
 * What verifies a server, and what we show to one that wants to know who we are: the authorities
 * of `sources`, of the system, or Node's own, and what certs.d has for its host.
 * To be made once: reading a hundred certificates for each connection would be slow.
 *
 * @throws {TspodError} E_BAD_CERTIFICATES: a file is missing or not one of certificates
 */
export async function loadTlsContext(sources: AuthoritySources, host: HostCertificates): Promise<SecureContext> {
  const { createSecureContext, rootCertificates } = await import('node:tls')
  const known = readAuthorities(sources)
  const authorities = known.length > 0 || host.authorities.length === 0 ? known : [...rootCertificates]
  const ca = [...authorities, ...host.authorities.map(({ text }) => text)]
  try {
    return createSecureContext({
      ...(ca.length > 0 && { ca }),
      ...(host.clients.length > 0 && {
        cert: host.clients.map(({ certificate }) => certificate),
        key: host.clients.map(({ key }) => key),
      }),
    })
  } catch (error) {
    throw badCertificates(host.directory ?? sources.file ?? 'the system', 'its certificates cannot be used', error)
  }
}

function readAuthorities({ file, directories, extraFile }: AuthoritySources): string[] {
  const texts = (directories ?? []).flatMap(readDirectory)
  if (file !== undefined) texts.push(readNamed(file))
  else if (directories === undefined) texts.push(...readSystemFile())
  // Node's own list is in force where there is none of the system: then Node adds the extra file itself.
  if (extraFile !== undefined && texts.length > 0) texts.push(readNamed(extraFile))
  return texts
}

function readNamed(file: string): string {
  const text = readTextIfExists(file, MAX_BYTES)
  if (text === undefined) throw badCertificates(file, 'no such file')
  if (!isCertificates(text)) throw badCertificates(file, 'no certificate in it')
  return text
}

// As OpenSSL's directories: whatever of it is a certificate counts, once, though links to it abound.
function readDirectory(directory: string): string[] {
  const texts = listNames(directory).flatMap((name) => readReadable(`${directory}/${name}`) ?? [])
  return [...new Set(texts.filter(isCertificates))]
}

function readSystemFile(): string[] {
  for (const file of SYSTEM_FILES) {
    const text = readReadable(file)
    if (text !== undefined && isCertificates(text)) return [text]
  }
  return []
}

function readReadable(file: string): string | undefined {
  try {
    return readTextIfExists(file, MAX_BYTES)
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EISDIR')) return undefined
    throw error
  }
}

function isCertificates(text: string): boolean {
  return text.includes('-----BEGIN CERTIFICATE-----')
}

function badCertificates(place: string, problem: string, cause?: unknown): TspodError {
  return new TspodError('E_BAD_CERTIFICATES', `${place}: ${problem}`, { cause })
}
