import { readBody } from './body.ts'
import type { Endpoint } from './endpoint.ts'
import { protocolError, RegistryFailure } from './errors.ts'
import { parseJson } from './json.ts'
import { listPages } from './pages.ts'
import { DOCKER_HUB } from './reference.ts'
import { openRequests, type RegistryOptions } from './registry-options.ts'
import { withRetries } from './retry.ts'
import { openSession, type Session } from './session.ts'
import { isObject, shapeReader } from './shape.ts'

export interface SearchResult {
  /** below the registry: `library/alpine`, `team/app` */
  readonly name: string
  readonly description: string
  readonly stars: number
  readonly isOfficial: boolean
  readonly isAutomated: boolean
}

export interface SearchOptions extends RegistryOptions {
  /** at most so many */
  readonly limit: number
}

const MAX_ANSWER_BYTES = 8 << 20
/** Of a registry that cannot search, no more names than this are looked at. */
const MAX_CATALOG = 100_000
const PAGE_NAMES = 1000
/** Where Docker Hub can be searched. Source: docker/cli, registry.IndexHostname. */
const DOCKER_HUB_INDEX = 'index.docker.io'

/**
 * Repositories whose name or description has `term` in it: by the registry's own search where it has
 * one, else by going through the names of all it lets us see.
 *
 * @param endpoint see `registryEndpoint`
 * @throws {RegistryFailure} E_REGISTRY_UNREACHABLE, E_REGISTRY_AUTH, E_SEARCH_UNSUPPORTED …
 * @see Docker Registry HTTP API v1, "Search"; distribution, docs/spec/api.md, "Catalog"
 */
export async function searchRegistry(
  endpoint: Endpoint,
  term: string,
  options: SearchOptions,
): Promise<readonly SearchResult[]> {
  const { authorization, retry, close } = openRequests(options)
  const open = (host: string): Session => openSession({ ...endpoint, host }, { ...authorization, access: 'none' })
  const index = open(endpoint.registry === DOCKER_HUB ? DOCKER_HUB_INDEX : endpoint.host)
  try {
    const found = await withRetries(() => searchIndex(index, term, options.limit), retry)
    return found ?? (await withRetries(() => searchCatalog(open(endpoint.host), term, options.limit), retry))
  } finally {
    await close()
  }
}

/** `undefined` where the registry has no such thing: it may answer with anything. */
async function searchIndex(session: Session, term: string, limit: number): Promise<SearchResult[] | undefined> {
  const query = new URLSearchParams({ q: term, n: `${Math.min(Math.max(limit, 1), 100)}` })
  const response = await session.send({
    method: 'GET',
    path: `/v1/search?${query}`,
    headers: { accept: 'application/json' },
  })
  const isAnswer = response.status === 200 && (response.header('content-type') ?? '').startsWith('application/json')
  if (!isAnswer) {
    await response.discard()
    return undefined
  }
  const fail = (problem: string) => protocolError(`${response.host} sent no valid search results: ${problem}`)
  const read = shapeReader(fail)
  const root = read.object(parseJson(await readBody(response, MAX_ANSWER_BYTES), fail), 'the answer')
  const results = read.optionalList(root['results'], 'results', 10_000)
  return results.slice(0, limit).map((result) => readResult(result, session.endpoint))
}

function readResult(value: unknown, { registry }: Endpoint): SearchResult {
  const result = isObject(value) ? value : {}
  const text = (member: string): string => {
    const found = result[member]
    // Other people's text in a table: one line of it.
    return typeof found === 'string'
      ? found
          .slice(0, 10_000)
          .replace(/[\p{C}\s]+/gu, ' ')
          .trim()
      : ''
  }
  const name = text('name')
  const stars = result['star_count']
  return {
    name: registry === DOCKER_HUB && !name.includes('/') ? `library/${name}` : name,
    description: text('description'),
    stars: typeof stars === 'number' && Number.isSafeInteger(stars) ? stars : 0,
    isOfficial: result['is_official'] === true,
    isAutomated: result['is_automated'] === true,
  }
}

async function searchCatalog(session: Session, term: string, limit: number): Promise<SearchResult[]> {
  const { registry, host } = session.endpoint
  const found: SearchResult[] = []
  const path = `/v2/_catalog?n=${PAGE_NAMES}`
  const subject = { registry, host, name: 'its list of repositories' }
  const scopes = ['registry:catalog:*']
  let seen = 0
  try {
    for await (const name of listPages(session, { path, subject, scopes, member: 'repositories' })) {
      if (name.includes(term)) found.push({ name, description: '', stars: 0, isOfficial: false, isAutomated: false })
      if (found.length >= limit || ++seen >= MAX_CATALOG) break
    }
    return found
  } catch (error) {
    if (error instanceof RegistryFailure && error.code === 'E_IMAGE_NOT_FOUND') throw unsupported(host)
    throw error
  }
}

function unsupported(host: string): RegistryFailure {
  return new RegistryFailure('E_SEARCH_UNSUPPORTED', `${host} cannot be searched`, {
    hint: 'name a repository and list its tags with "tspod search --list-tags"',
  })
}
