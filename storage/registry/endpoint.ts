import { TspodError } from '../../base/errors.ts'
import type { Digest } from '../content/digest.ts'
import { DOCKER_HUB, formatReference, normalizeReference, type Reference, repositoryOf } from './reference.ts'
import type { MirrorEntry, RegistriesConfig, RegistryEntry } from './registries-config.ts'

/** One place to ask for an image. */
export interface Endpoint {
  /** the registry as users name it: for messages and credentials */
  readonly registry: string
  /** host and port to connect to */
  readonly host: string
  readonly repositoryPath: string
  /** in the order to try */
  readonly protocols: readonly Protocol[]
  readonly isMirror: boolean
  /** what made this endpoint: `the name of the image`, or a file and place in it */
  readonly origin: string
}

export interface Protocol {
  readonly scheme: 'https' | 'http'
  /** whether the server's certificate must be a trusted one */
  readonly verify: boolean
}

const SECURE: readonly Protocol[] = [{ scheme: 'https', verify: true }]
// Source: containers-registries.conf(5), "insecure".
const INSECURE: readonly Protocol[] = [
  { scheme: 'https', verify: false },
  { scheme: 'http', verify: false },
]

/** Docker Hub's registry API is not where its name says. Source: distribution/reference; docker(1). */
const DOCKER_HUB_HOST = 'registry-1.docker.io'

/**
 * Where to ask for `reference`, in order: the mirrors, then the location itself.
 * No registry is insecure unless a file or `tlsVerify: false` says so, not even one on localhost.
 *
 * @throws {TspodError} E_REGISTRY_BLOCKED
 * @throws {TspodError} E_BAD_CONFIG: a location makes no valid name of this reference
 * @see containers-registries.conf(5), podman-pull(1) `--tls-verify`
 */
export function endpointsFor(
  reference: Reference,
  config: RegistriesConfig,
  options: { readonly tlsVerify?: boolean | undefined } = {},
): readonly Endpoint[] {
  const name = repositoryOf(reference)
  const found = findEntry(formatReference(reference), config.registries)
  const protocols = (insecure: boolean) => ((options.tlsVerify ?? !insecure) ? SECURE : INSECURE)
  if (!found)
    return [endpointAt(name, { protocols: protocols(false), isMirror: false, origin: 'the name of the image' })]

  const { entry, matched } = found
  if (entry.blocked) throw blocked(entry)
  const rest = name.slice(matched)
  const mirrors = entry.mirrors
    .filter((mirror) => serves(mirror, reference))
    .map(({ location, insecure, origin }) =>
      endpointAt(location + rest, { protocols: protocols(insecure), isMirror: true, origin }),
    )
  const location = entry.location === '' ? name : entry.location + rest
  const main = { protocols: protocols(entry.insecure), isMirror: false, origin: entry.origin }
  return [...mirrors, endpointAt(location, main)]
}

/**
 * Where `reference` is written to: the place it names, for mirrors and locations are for reading.
 *
 * @throws {TspodError} E_REGISTRY_BLOCKED
 * @see containers-registries.conf(5), "Remapping and mirroring registries"
 */
export function pushEndpoint(
  reference: Reference,
  config: RegistriesConfig,
  options: { readonly tlsVerify?: boolean | undefined } = {},
): Endpoint {
  const entry = findEntry(formatReference(reference), config.registries)?.entry
  if (entry?.blocked) throw blocked(entry)
  const isSecure = options.tlsVerify ?? !entry?.insecure
  const origin = entry?.origin ?? 'the name of the image'
  return endpointAt(repositoryOf(reference), { protocols: isSecure ? SECURE : INSECURE, isMirror: false, origin })
}

/**
 * A registry without any repository: to log in to, or to search. `host` is where the API of
 * registries is; `location` of registries.conf counts only where it renames the registry itself.
 *
 * @throws {TspodError} E_REGISTRY_BLOCKED
 */
export function registryEndpoint(
  registry: string,
  config: RegistriesConfig,
  options: { readonly tlsVerify?: boolean | undefined } = {},
): Endpoint {
  const entry = findEntry(registry, config.registries)?.entry
  if (entry?.blocked) throw blocked(entry)
  const isSecure = options.tlsVerify ?? !entry?.insecure
  const domain = entry && !entry.location.includes('/') && entry.location !== '' ? entry.location : registry
  return {
    registry: domain,
    host: domain === DOCKER_HUB ? DOCKER_HUB_HOST : domain,
    repositoryPath: '',
    protocols: isSecure ? SECURE : INSECURE,
    isMirror: false,
    origin: entry?.origin ?? 'the name of the registry',
  }
}

function blocked({ prefix, origin }: RegistryEntry): TspodError {
  return new TspodError('E_REGISTRY_BLOCKED', `${prefix} is blocked by ${origin}`)
}

/** The entry with the longest prefix of `name`, and how much of the name it stands for. */
function findEntry(
  name: string,
  entries: readonly RegistryEntry[],
): { readonly entry: RegistryEntry; readonly matched: number } | undefined {
  const matches = entries
    .map((entry) => ({ entry, matched: matchedLength(name, entry.prefix) }))
    .filter(({ matched }) => matched > 0)
    .sort((a, b) => b.matched - a.matched || b.entry.prefix.length - a.entry.prefix.length)
  // A wildcard stands for no more than the host, so any prefix spelled out says as much or more.
  return matches.find(({ entry }) => !entry.prefix.startsWith('*.')) ?? matches[0]
}

/** Source: containers/image, sysregistriesv2, refMatchingPrefix: a port behind a wildcard makes no difference. */
function matchedLength(name: string, prefix: string): number {
  if (prefix.startsWith('*.')) {
    const host = /^[^/:@]*/.exec(name)?.[0] ?? ''
    return host.endsWith(prefix.slice(1)) ? host.length : 0
  }
  const isWhole = name === prefix || name.startsWith(`${prefix}/`)
  // A host is not one with a port, but a repository is one with a tag.
  const isVersion = prefix.includes('/') && (name.startsWith(`${prefix}:`) || name.startsWith(`${prefix}@`))
  return isWhole || isVersion ? prefix.length : 0
}

function serves(mirror: MirrorEntry, version: { readonly digest?: Digest }): boolean {
  if (mirror.pulls === 'all') return true
  return (version.digest !== undefined) === (mirror.pulls === 'digest-only')
}

function endpointAt(name: string, rest: Pick<Endpoint, 'protocols' | 'isMirror' | 'origin'>): Endpoint {
  const { domain, path } = qualifiedName(name, rest.origin)
  return { registry: domain, host: domain === DOCKER_HUB ? DOCKER_HUB_HOST : domain, repositoryPath: path, ...rest }
}

// A host of one word ("mirror/alpine") is fine in a file, where nothing else can be meant.
function qualifiedName(name: string, origin: string): { readonly domain: string; readonly path: string } {
  const domain = name.split('/', 1)[0] ?? ''
  const path = name.slice(domain.length + 1)
  try {
    const onHub = normalizeReference(`${DOCKER_HUB}/${path}`)
    return { domain, path: domain === DOCKER_HUB ? onHub.path : path }
  } catch (error) {
    if (!(error instanceof TspodError)) throw error
    throw new TspodError('E_BAD_CONFIG', `${origin}: ${error.message}`, { cause: error })
  }
}
