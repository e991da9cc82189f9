import { nameForTag } from '../../storage/images/local-names.ts'
import type { Engine } from '../engine.ts'
import { recordImageEvent } from '../events/record.ts'

/**
 * Gives an image or a manifest list more names; each is taken from the image that has it. A name
 * without a registry is on localhost. Returns the full names.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF, E_BAD_REFERENCE: then no name was given
 * @see podman-tag(1)
 */
export function tagImage(engine: Engine, ref: string, names: readonly string[]): string[] {
  const { images, manifestLists } = engine.storage
  const full = names.map(nameForTag)
  const list = manifestLists.nameOf(ref) === undefined ? undefined : manifestLists.resolve(ref)
  const id = list?.id ?? images.resolve(ref).id
  for (const name of full) {
    if (list) manifestLists.tag(id, name)
    else images.tag(id, name)
    recordImageEvent(engine, 'tag', { id, name })
  }
  return full
}
