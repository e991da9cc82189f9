import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from '../../base/child.ts'

/** Files of an authority of our own, and of what it has signed. */
export interface Certificates {
  readonly authority: string
  /** for 127.0.0.1 */
  readonly server: { readonly certificate: string; readonly key: string }
  readonly client: { readonly certificate: string; readonly key: string }
}

/** Makes an authority that nobody knows, and two certificates of it. */
export function makeCertificates(directory: string): Certificates {
  const path = (name: string): string => join(directory, name)
  openssl(
    'req',
    '-x509',
    ...NEW_KEY,
    '-keyout',
    path('ca.key'),
    '-out',
    path('ca.crt'),
    '-subj',
    '/CN=authority of a test',
  )
  const signed = (name: string, extensions: string) => {
    writeFileSync(path(`${name}.ext`), extensions)
    openssl('req', ...NEW_KEY, '-keyout', path(`${name}.key`), '-out', path(`${name}.csr`), '-subj', `/CN=${name}`)
    openssl(
      ...['x509', '-req', '-in', path(`${name}.csr`), '-out', path(`${name}.cert`), '-extfile', path(`${name}.ext`)],
      ...['-CA', path('ca.crt'), '-CAkey', path('ca.key'), '-CAcreateserial', '-days', '2'],
    )
    return { certificate: path(`${name}.cert`), key: path(`${name}.key`) }
  }
  return {
    authority: path('ca.crt'),
    server: signed('server', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n'),
    client: signed('client', 'extendedKeyUsage=clientAuth\n'),
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'] as const

function openssl(...argv: string[]): void {
  const result = runChild('openssl', argv)
  if (result?.exitCode !== 0) throw new Error(`openssl ${argv[0]} failed: ${result?.stderr}`)
}
