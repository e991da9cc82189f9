import { TspodError } from '../../base/errors.ts'
import { DOCKER_HUB, isDomain } from '../registry/reference.ts'

/** A registry, or a namespace or repository on it. Logins are kept under its text: `quay.io`, `quay.io/team/app`. */
export interface LoginKey {
  readonly registry: string
  /** '' for the whole registry */
  readonly path: string
}

/** What docker calls Docker Hub in its files and to its helpers. Source: docker/cli, registry.IndexServer. */
export const DOCKER_HUB_KEY = 'https://index.docker.io/v1/'

/**
 * What a user names to `login` and `logout`; an address of the web means its host.
 * @throws {TspodError} E_BAD_REGISTRY
 */
export function parseLoginKey(text: string): LoginKey {
  const isAddress = /^https?:\/\//.test(text)
  const plain = text.replace(/^https?:\/\//, '').replace(/\/+$/, '')
  const slash = plain.indexOf('/')
  const host = (slash < 0 ? plain : plain.slice(0, slash)).toLowerCase()
  const path = slash < 0 || isAddress ? '' : plain.slice(slash + 1)
  if (!isDomain(host) || !/^[a-z0-9._/-]*$/.test(path)) {
    throw new TspodError('E_BAD_REGISTRY', `${JSON.stringify(text.slice(0, 100))} is not a registry`, {
      hint: 'write host, host:port or host/namespace',
    })
  }
  return { registry: canonicalHost(host), path }
}

export function formatLoginKey({ registry, path }: LoginKey): string {
  return path === '' ? registry : `${registry}/${path}`
}

/** The keys that may hold the login for a repository, the most specific first. */
export function keysFor(registry: string, repositoryPath: string): readonly string[] {
  const parts = repositoryPath === '' ? [] : repositoryPath.split('/')
  const paths = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'))
  return [...paths.map((path) => `${registry}/${path}`), registry]
}

/**
 * The host that a key of a file means, for what older programs wrote: `https://index.docker.io/v1/`,
 * `http://localhost:5000`, `registry.example.com/v2/`.
 */
export function hostOfKey(key: string): string {
  const host = key.replace(/^https?:\/\//, '').split('/', 1)[0] ?? ''
  return canonicalHost(host.toLowerCase())
}

// Source: containers/image, pkg/docker/config, normalizeRegistry.
function canonicalHost(host: string): string {
  return host === `index.${DOCKER_HUB}` || host === `registry-1.${DOCKER_HUB}` ? DOCKER_HUB : host
}
