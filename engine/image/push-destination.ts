import { TspodError } from '../../base/errors.ts'
import type { LocatedImage } from '../../storage/images/images.ts'
import { localNames } from '../../storage/images/local-names.ts'
import { parseReference, type Reference } from '../../storage/registry/reference.ts'
import { meaningsOf } from '../../storage/registry/try-registries.ts'
import type { OpenAccess } from './registry-access.ts'

/** The name that `ref` stands for, else the image's only one. @throws {TspodError} E_NO_DESTINATION */
export function ownName({ image, name }: LocatedImage, ref: string): Reference {
  const [only, ...others] = image.names
  const own = name ?? (others.length === 0 ? only : undefined)
  const parsed = own === undefined ? undefined : parseReference(own)
  if (parsed?.qualified) return parsed.reference
  throw new TspodError('E_NO_DESTINATION', `${ref} does not say under which name to push`, {
    hint: `name the destination, too, as in "tspod push ${ref.slice(0, 80)} registry.example.com/team/app:1.0"`,
  })
}

/** What a user types as destination; a short name is one on the first registry that is searched. */
export function namedDestination(destination: string, { registries }: OpenAccess): Reference {
  const [first] = meaningsOf(destination, registries)
  if (!first) throw new Error(`${destination} means no reference`)
  return first
}

/** The names of the repository `name`, which a short name means as it does everywhere in storage. */
export function tagsOf(name: string, names: readonly string[]): readonly string[] {
  const parsed = parseReference(name)
  const version = parsed.qualified ? parsed.reference : parsed.name
  if (/:[^/]*$/.test(name) || version.digest !== undefined) {
    throw new TspodError('E_BAD_REFERENCE', `${name} is one image, where all tags of a repository are meant`, {
      hint: 'leave the tag or digest out',
    })
  }
  const wanted = localNames(name)
  for (const latest of wanted?.exact ?? []) {
    const found = names.filter((full) => full.startsWith(latest.replace(/:latest$/, ':')))
    if (found.length > 0) return found.sort()
  }
  return []
}
