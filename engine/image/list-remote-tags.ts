import { TspodError } from '../../base/errors.ts'
import { openRegistry } from '../../storage/registry/client.ts'
import { endpointsFor } from '../../storage/registry/endpoint.ts'
import { parseReference, repositoryOf } from '../../storage/registry/reference.ts'
import { meaningsOf, tryEach } from '../../storage/registry/try-registries.ts'
import type { OpenAccess } from './registry-access.ts'

export interface RemoteTags {
  /** `docker.io/library/alpine` */
  readonly repository: string
  readonly tags: readonly string[]
}

/**
 * The tags of a repository, on the first registry that has it.
 *
 * @throws {TspodError} E_BAD_REFERENCE: the name has a tag or a digest itself, or is none
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_REGISTRY_AUTH … see openRegistry
 */
export async function listRemoteTags(
  name: string,
  { registries, tlsVerify, registry }: OpenAccess,
  options: { readonly limit?: number; readonly onNotice?: (line: string) => void } = {},
): Promise<RemoteTags> {
  checkBare(name)
  return await tryEach(meaningsOf(name, registries), async (reference) => {
    const { onNotice, ...rest } = options
    const endpoints = endpointsFor(reference, registries, { tlsVerify })
    await using client = openRegistry(endpoints, { ...registry, ...(onNotice && { onNotice }) })
    return { repository: repositoryOf(reference), tags: await client.listTags(rest) }
  })
}

function checkBare(name: string): void {
  const parsed = parseReference(name)
  const { digest } = parsed.qualified ? parsed.reference : parsed.name
  const isTagged = /:[^/]*$/.test(name)
  if (digest === undefined && !isTagged) return
  throw new TspodError('E_BAD_REFERENCE', `${name} is one image, where all tags of a repository are meant`, {
    hint: 'leave the tag or digest out',
  })
}
