import { messageOf, TspodError } from '../../base/errors.ts'
import { registryEndpoint } from '../../storage/registry/endpoint.ts'
import { isDomain } from '../../storage/registry/reference.ts'
import { type SearchResult, searchRegistry } from '../../storage/registry/search.ts'
import type { Engine } from '../engine.ts'
import { listRemoteTags, type RemoteTags } from './list-remote-tags.ts'
import { type OpenAccess, openAccess, type RegistryAccess } from './registry-access.ts'

export interface FoundImage extends SearchResult {
  /** the registry */
  readonly index: string
}

export interface SearchOptions extends RegistryAccess {
  /** from each registry at most so many */
  readonly limit: number
  /** `stars=N`, `is-official`, `is-automated` */
  readonly filters?: readonly string[]
  readonly onNotice: (line: string) => void
}

/**
 * Repositories by a part of their name: on the registry that `term` begins with, else on all that
 * short names are searched on. One that cannot be searched does not keep the others from it.
 *
 * @throws {TspodError} E_BAD_FILTER; what searchRegistry throws, where no registry could be searched
 * @see podman-search(1)
 */
export async function searchImages(engine: Engine, term: string, options: SearchOptions): Promise<FoundImage[]> {
  const tests = (options.filters ?? []).map(parseFilter)
  const access = await openAccess(engine, options)
  const { registries, words } = whereTo(term, access)
  const failures: unknown[] = []
  const found: FoundImage[] = []
  for (const index of registries) {
    try {
      found.push(...(await searchOne(index, words, { options, access })))
    } catch (error) {
      if (!(error instanceof TspodError)) throw error
      failures.push(error)
    }
  }
  if (failures.length === registries.length) throw failures[0]
  for (const failure of failures) options.onNotice(messageOf(failure))
  return found.filter((image) => tests.every((test) => test(image)))
}

/** The tags of a repository. @throws {TspodError} see listRemoteTags */
export async function searchTags(engine: Engine, name: string, options: SearchOptions): Promise<RemoteTags> {
  const { limit, onNotice } = options
  return await listRemoteTags(name, await openAccess(engine, options), { limit, onNotice })
}

async function searchOne(
  index: string,
  words: string,
  { options, access }: { readonly options: SearchOptions; readonly access: OpenAccess },
): Promise<FoundImage[]> {
  const { registries, tlsVerify, registry } = access
  const { limit, onNotice } = options
  const endpoint = registryEndpoint(index, registries, { tlsVerify })
  const results = await searchRegistry(endpoint, words, { ...registry, limit, onNotice })
  return results.map((result) => ({ ...result, index, name: `${index}/${result.name}` }))
}

function whereTo(term: string, { registries }: OpenAccess): { registries: readonly string[]; words: string } {
  const slash = term.indexOf('/')
  const first = term.slice(0, Math.max(slash, 0))
  if (/[.:]|^localhost$/.test(first) && isDomain(first)) return { registries: [first], words: term.slice(slash + 1) }
  const { value, origin } = registries.unqualifiedSearch
  if (value.length > 0) return { registries: value, words: term }
  throw new TspodError('E_SHORT_NAME', `${origin} lists no registry to search`, {
    hint: `name one, as in "tspod search docker.io/${term}"`,
  })
}

type Test = (image: FoundImage) => boolean

function parseFilter(filter: string): Test {
  const [key, value = 'true'] = filter.split('=', 2)
  if (key === 'stars' && /^\d{1,9}$/.test(value)) return ({ stars }) => stars >= Number(value)
  if (value === 'true' || value === 'false') {
    if (key === 'is-official') return ({ isOfficial }) => isOfficial === (value === 'true')
    if (key === 'is-automated') return ({ isAutomated }) => isAutomated === (value === 'true')
  }
  throw new TspodError('E_BAD_FILTER', `cannot filter by ${JSON.stringify(filter)}`, {
    hint: 'use stars=NUMBER, is-official=BOOL or is-automated=BOOL',
  })
}
