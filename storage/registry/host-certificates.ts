import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'

/** What a directory of certs.d holds for one registry. */
export interface HostCertificates {
  /** where it comes from; `undefined` where nothing is configured for the host */
  readonly directory: string | undefined
  readonly authorities: readonly { readonly file: string; readonly text: string }[]
  readonly clients: readonly { readonly certificate: string; readonly key: string }[]
}

/** Where to look for the certificates of a host. */
export interface CertificatePlaces {
  /** `--cert-dir`: this directory itself, for every host */
  readonly directory?: string
  /** directories that have one for each host, the first that has it counts */
  readonly perHost?: readonly string[]
}

export const NO_CERTIFICATES: HostCertificates = { directory: undefined, authorities: [], clients: [] }

const MAX_BYTES = 1 << 20

/** The directory for `host`, which is `name` or `name:port` exactly; `undefined` where there is none. */
export function certificateDirectory(host: string, places: CertificatePlaces): string | undefined {
  if (places.directory !== undefined) return places.directory
  return places.perHost?.map((parent) => join(parent, host)).find((directory) => listNames(directory).length > 0)
}

/**
 * Reads a directory of certificates: `*.crt` are authorities, `*.cert` with its `*.key` is who we are.
 *
 * @throws {TspodError} E_BAD_CERTIFICATES: one of a pair is missing, or a file cannot be read
 * @see containers-certs.d(5)
 */
export function readHostCertificates(directory: string): HostCertificates {
  const names = listNames(directory).sort()
  const read = (name: string): string => readFile(join(directory, name))
  const withExtension = (extension: string): string[] => names.filter((name) => name.endsWith(extension))
  for (const name of withExtension('.key')) {
    const certificate = name.replace(/\.key$/, '.cert')
    if (!names.includes(certificate)) throw unpaired(directory, name, certificate)
  }
  return {
    directory,
    authorities: withExtension('.crt').map((name) => ({ file: join(directory, name), text: read(name) })),
    clients: withExtension('.cert').map((name) => {
      const key = name.replace(/\.cert$/, '.key')
      if (!names.includes(key)) throw unpaired(directory, name, key)
      return { certificate: read(name), key: read(key) }
    }),
  }
}

/** The names in a directory; none where it is missing, or not for us to read. */
export function listNames(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return []
    throw error
  }
}

function readFile(file: string): string {
  try {
    const text = readTextIfExists(file, MAX_BYTES)
    if (text?.includes('-----BEGIN ')) return text
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EISDIR')) throw error
    throw new TspodError('E_BAD_CERTIFICATES', `${file}: cannot be read`)
  }
  throw new TspodError('E_BAD_CERTIFICATES', `${file}: no certificate or key in it`, { hint: 'write it in PEM' })
}

function unpaired(directory: string, there: string, missing: string): TspodError {
  return new TspodError('E_BAD_CERTIFICATES', `${directory}: ${there} is there, but ${missing} is not`, {
    hint: 'a client certificate is NAME.cert with NAME.key; an authority is NAME.crt',
  })
}
