import { messageOf, TspodError } from '../../base/errors.ts'
import { type Digest, parseDigest } from '../content/digest.ts'

/** A full image name. Made only by this file, so whoever holds one may put its parts in a URL or a path. */
export type Reference = ReferenceParts & { readonly __brand: 'Reference' }

interface ReferenceParts {
  /** host with optional port, lower case, e.g. `docker.io`, `localhost:5000`, `[::1]:5000` */
  readonly domain: string
  /** e.g. `library/alpine` */
  readonly path: string
  readonly tag?: string
  readonly digest?: Digest
}

/** A name without a registry: registries.conf decides which registries it may mean. */
export interface ShortName {
  readonly path: string
  readonly tag?: string
  readonly digest?: Digest
}

export type ParsedName =
  | { readonly qualified: true; readonly reference: Reference }
  | { readonly qualified: false; readonly name: ShortName }

export const DOCKER_HUB = 'docker.io'

// Grammar and bounds. Source: distribution/reference, reference.go and regexp.go.
const MAX_TEXT = 1024
const MAX_PATH = 255
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const HOST_COMPONENT = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/
const IPV6_HOST = /^\[[0-9a-f:]+\]$/
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
const IMAGE_ID = /^[0-9a-f]{64}$/

/**
 * Reads an image name as a user types it; `docker://` in front is accepted.
 *
 * A qualified reference has a tag or a digest: `latest` where neither was given.
 *
 * @throws {TspodError} E_BAD_REFERENCE
 */
export function parseReference(text: string): ParsedName {
  if (text.length > MAX_TEXT) throw badReference(text, `longer than ${MAX_TEXT} characters`)
  const fromTransport = text.startsWith('docker://')
  const name = fromTransport ? text.slice('docker://'.length) : text
  const scheme = /^([a-z-]+):\/\//.exec(name)?.[1]
  if (scheme !== undefined)
    throw badReference(text, `${scheme}:// is not a part of an image name`, 'leave the scheme out')

  const { repository, tag, digest } = splitVersion(name, text)
  const slash = repository.indexOf('/')
  const first = repository.slice(0, Math.max(slash, 0))
  const version = { ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
  if (looksLikeHost(first)) {
    return { qualified: true, reference: qualify(first, repository.slice(slash + 1), version, text) }
  }
  checkPath(repository, text)
  if (IMAGE_ID.test(repository)) throw badReference(text, '64 hexadecimal digits are an image ID')
  // skopeo(1): behind "docker://" a short name means Docker Hub, whatever registries.conf says.
  if (fromTransport) return { qualified: true, reference: qualify(DOCKER_HUB, repository, version, text) }
  return { qualified: false, name: { path: repository, ...version } }
}

/**
 * The full reference of `text`, where a name without a registry means Docker Hub.
 * @throws {TspodError} E_BAD_REFERENCE
 */
export function normalizeReference(text: string): Reference {
  const parsed = parseReference(text)
  return parsed.qualified ? parsed.reference : qualifyShortName(parsed.name, DOCKER_HUB)
}

/**
 * A short name on the registry `prefix` (`quay.io`, or `quay.io/team`).
 * @throws {TspodError} E_BAD_REFERENCE
 */
export function qualifyShortName(name: ShortName, prefix: string): Reference {
  const text = `${prefix}/${name.path}`
  const slash = text.indexOf('/')
  return qualify(text.slice(0, slash), text.slice(slash + 1), name, text)
}

/** The same repository at another version, e.g. one platform's manifest of an index. */
export function withDigest(reference: Reference, digest: Digest): Reference {
  return brand({ domain: reference.domain, path: reference.path, digest })
}

/** `docker.io/library/alpine`, without tag or digest. */
export function repositoryOf(reference: Reference): string {
  return `${reference.domain}/${reference.path}`
}

/** The whole name: `docker.io/library/alpine:latest`. `parseReference` reads it back to the same reference. */
export function formatReference(reference: Reference): string {
  return repositoryOf(reference) + formatVersion(reference)
}

/** The name as a user would type it: `alpine` for `docker.io/library/alpine:latest`. */
export function formatFamiliar(reference: Reference): string {
  const isHub = reference.domain === DOCKER_HUB
  const repository = isHub ? reference.path.replace(/^library\/(?=[^/]+$)/, '') : repositoryOf(reference)
  const isDefault = reference.tag === 'latest' && reference.digest === undefined
  return isDefault ? repository : repository + formatVersion(reference)
}

/** `:tag`, `@digest` or both. */
export function formatVersion(version: { readonly tag?: string; readonly digest?: Digest }): string {
  const tag = version.tag === undefined ? '' : `:${version.tag}`
  return version.digest === undefined ? tag : `${tag}@${version.digest}`
}

/** True for `host`, `host:port`, `[v6]:port` in lower case with a port between 1 and 65535. */
export function isDomain(text: string): boolean {
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::([0-9]{1,5}))?$/.exec(text) ?? []
  if (host === undefined || text.length > 255) return false
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) return false
  return IPV6_HOST.test(host) ? URL.canParse(`http://${host}/`) : isHostName(host)
}

// A name of digits and dots alone is an address to everyone who resolves it, so it must be a right one.
function isHostName(host: string): boolean {
  return host.split('.').every((part) => HOST_COMPONENT.test(part)) && URL.canParse(`http://${host}/`)
}

function splitVersion(name: string, text: string): { repository: string; tag?: string; digest?: Digest } {
  const at = name.indexOf('@')
  const beforeDigest = at < 0 ? name : name.slice(0, at)
  const digest = at < 0 ? undefined : readDigest(name.slice(at + 1), text)
  const colon = beforeDigest.indexOf(':', beforeDigest.lastIndexOf('/') + 1)
  const tag = colon < 0 ? undefined : beforeDigest.slice(colon + 1)
  if (tag !== undefined && !TAG.test(tag)) throw badReference(text, `the tag ${JSON.stringify(tag)} is not valid`)
  return {
    repository: colon < 0 ? beforeDigest : beforeDigest.slice(0, colon),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }
}

function readDigest(digest: string, text: string): Digest {
  try {
    return parseDigest(digest)
  } catch (error) {
    if (error instanceof TspodError) throw badReference(text, messageOf(error))
    throw error
  }
}

// Source: distribution/reference, normalize.go, splitDockerDomain.
function looksLikeHost(component: string): boolean {
  return component === 'localhost' || component.includes('.') || component.includes(':')
}

function qualify(domain: string, path: string, version: Omit<ShortName, 'path'>, text: string): Reference {
  const host = domain.toLowerCase()
  if (!isDomain(host)) throw badReference(text, `${JSON.stringify(domain)} is not a registry host`)
  const isHub = host === DOCKER_HUB || host === `index.${DOCKER_HUB}`
  const fullPath = isHub && !path.includes('/') ? `library/${path}` : path
  checkPath(fullPath, text)
  const tag = version.tag ?? (version.digest === undefined ? 'latest' : undefined)
  return brand({
    domain: isHub ? DOCKER_HUB : host,
    path: fullPath,
    ...(tag !== undefined && { tag }),
    ...(version.digest !== undefined && { digest: version.digest }),
  })
}

function checkPath(path: string, text: string): void {
  if (path === '') throw badReference(text, 'it has no name')
  if (path.length > MAX_PATH) throw badReference(text, `the name is longer than ${MAX_PATH} characters`)
  if (/[A-Z]/.test(path))
    throw badReference(
      text,
      'the name must be lower case',
      'write it in small letters: a tag alone may have capital ones',
    )
  const wrong = path.split('/').find((component) => !PATH_COMPONENT.test(component))
  if (wrong !== undefined) throw badReference(text, `${JSON.stringify(wrong)} is not a valid part of a name`)
}

function brand(parts: ReferenceParts): Reference {
  return Object.freeze(parts) as Reference
}

function badReference(text: string, reason: string, hint?: string): TspodError {
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text
  const options = hint === undefined ? {} : { hint }
  return new TspodError('E_BAD_REFERENCE', `${JSON.stringify(shown)} is not an image name: ${reason}`, options)
}
