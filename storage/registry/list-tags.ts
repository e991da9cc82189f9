import { listPages } from './pages.ts'
import type { Session } from './session.ts'

const MAX_TAGS = 100_000
/** Registries give 100 or so where they are not asked for more. */
const PAGE_TAGS = 1000

/**
 * The tags of the session's repository, at most `limit`, in the order of the registry.
 *
 * @throws {RegistryFailure} E_IMAGE_NOT_FOUND, E_REGISTRY_AUTH, E_REGISTRY_PROTOCOL …
 */
export async function listTags(
  session: Session,
  options: { readonly limit?: number } = {},
): Promise<readonly string[]> {
  const limit = Math.min(options.limit ?? MAX_TAGS, MAX_TAGS)
  const { registry, host, repositoryPath } = session.endpoint
  const tags: string[] = []
  if (limit === 0) return tags
  const path = `tags/list?n=${Math.min(limit, PAGE_TAGS)}`
  const subject = { registry, host, name: repositoryPath }
  for await (const tag of listPages(session, { path, subject, member: 'tags' })) {
    tags.push(tag)
    if (tags.length >= limit) break
  }
  return tags
}
