import { TspodError } from '../../base/errors.ts'
import {
  DOCKER_HUB,
  formatReference,
  formatVersion,
  type ParsedName,
  parseReference,
  qualifyShortName,
  type Reference,
  repositoryOf,
} from '../registry/reference.ts'

/** What of storage a name may mean: exact references in the order to look, then the end of any. */
export interface LocalNames {
  readonly exact: readonly string[]
  /** `/name:tag`: any stored reference that ends so; `undefined` for a full name */
  readonly suffix: string | undefined
}

const LOCAL_DOMAIN = 'localhost'

/**
 * The stored references that `ref` may mean: a full name that one, a short name
 * `localhost/NAME`, `docker.io/library/NAME`, or any stored name that ends in it, as podman does.
 * `undefined` for what cannot be the name of an image.
 */
export function localNames(ref: string): LocalNames | undefined {
  const parsed = parseIfName(ref)
  if (!parsed) return undefined
  if (parsed.qualified) return { exact: [storedForm(parsed.reference)], suffix: undefined }
  const { name } = parsed
  const exact = [LOCAL_DOMAIN, DOCKER_HUB].map((domain) => storedForm(qualifyShortName(name, domain)))
  const version = name.digest === undefined ? `:${name.tag ?? 'latest'}` : formatVersion({ digest: name.digest })
  return { exact, suffix: `/${name.path}${version}` }
}

/** The one of an image's names that `ref` means; `undefined` where it is called by something else. */
export function meantName(ref: string, names: readonly string[]): string | undefined {
  const { exact = [], suffix } = localNames(ref) ?? {}
  return exact.find((name) => names.includes(name)) ?? names.find((name) => suffix && name.endsWith(suffix))
}

/**
 * The name an image gets by `tspod tag IMAGE NAME`: a short name is on localhost.
 * @throws {TspodError} E_BAD_REFERENCE
 */
export function nameForTag(name: string): string {
  const parsed = parseReference(name)
  const reference = parsed.qualified ? parsed.reference : qualifyShortName(parsed.name, LOCAL_DOMAIN)
  if (reference.digest !== undefined) {
    throw new TspodError('E_BAD_REFERENCE', `${name} has a digest, which is not for us to give`, {
      hint: 'leave out the part from "@" on',
    })
  }
  return formatReference(reference)
}

/** A reference with a digest is stored without its tag: the digest alone says which image it is. */
function storedForm(reference: Reference): string {
  const { digest } = reference
  return digest === undefined ? formatReference(reference) : `${repositoryOf(reference)}@${digest}`
}

function parseIfName(ref: string): ParsedName | undefined {
  try {
    return parseReference(ref)
  } catch (error) {
    if (error instanceof TspodError && error.code === 'E_BAD_REFERENCE') return undefined
    throw error
  }
}
