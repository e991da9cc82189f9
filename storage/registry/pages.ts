import { readBody } from './body.ts'
import { protocolError, type Subject } from './errors.ts'
import { parseJson } from './json.ts'
import { failureOf } from './response.ts'
import type { Session } from './session.ts'
import { isObject } from './shape.ts'

const MAX_PAGE_BYTES = 8 << 20
const MAX_PAGES = 1000

export interface PageRequest {
  /** see SessionRequest */
  readonly path: string
  readonly subject: Subject
  /** the member of each page that holds the list */
  readonly member: 'tags' | 'repositories'
  /** see SessionRequest */
  readonly scopes?: readonly string[]
}

/**
 * The items of a list that a registry gives in pages; the caller stops when it has enough.
 *
 * @throws {RegistryFailure} E_REGISTRY_PROTOCOL: a page is no list of names, or the pages have no end
 * @see OCI distribution-spec, "Listing Tags"; RFC 8288
 */
export async function* listPages(session: Session, request: PageRequest): AsyncGenerator<string> {
  let path: string | URL = request.path
  const { subject, scopes = [] } = request
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const response = await session.send({ method: 'GET', path, scopes, headers: { accept: 'application/json' } })
    if (response.status !== 200) throw await failureOf(response, subject)
    const names = namesIn(await readBody(response, MAX_PAGE_BYTES), response.host, request.member)
    yield* names
    const next = nextPage(response.header('link'))
    if (next === undefined || names.length === 0) return
    const url = URL.parse(next, response.url.href)
    if (url?.origin !== response.url.origin) throw protocolError(`${response.host} continues a list elsewhere`)
    path = url
  }
  throw protocolError(`${subject.host} has a list of more than ${MAX_PAGES} pages`)
}

/** The target of `rel="next"`. Source: RFC 8288, section 3. */
function nextPage(header: string | undefined): string | undefined {
  for (const [, target, parameters] of (header ?? '').slice(0, 8192).matchAll(/<([^<>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*"?next"?\s*(?:[;,]|$)/i.test(parameters ?? '')) return target
  }
  return undefined
}

function namesIn(bytes: Uint8Array, host: string, member: string): readonly string[] {
  const fail = (problem: string) => protocolError(`${host} sent no valid list of ${member}: ${problem}`)
  const root = parseJson(bytes, fail)
  const names = isObject(root) ? (root[member] ?? []) : undefined
  if (!Array.isArray(names)) throw fail('it is not a list')
  const wrong = names.find((name) => typeof name !== 'string' || !/^[\x21-\x7e]{1,500}$/.test(name))
  if (wrong !== undefined) throw fail('it has something other than names')
  return names
}
