import { TspodError } from '../../base/errors.ts'
import { meantName } from '../../storage/images/local-names.ts'
import type { Engine } from '../engine.ts'
import { recordImageEvent } from '../events/record.ts'

/**
 * Takes names from an image or a manifest list, or all it has where none is given. The image stays.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_NO_SUCH_NAME: it has not all of the names; then it keeps all
 * @see podman-untag(1)
 */
export function untagImage(engine: Engine, ref: string, names: readonly string[]): { readonly untagged: string[] } {
  const { images, manifestLists } = engine.storage
  const list = manifestLists.nameOf(ref) === undefined ? undefined : manifestLists.resolve(ref)
  const { id, names: has } = list ?? images.resolve(ref)
  const untagged = names.length === 0 ? [...has] : names.map((name) => ownName(ref, name, has))
  for (const name of untagged) {
    if (list) manifestLists.untag(name)
    else images.untag(name)
    recordImageEvent(engine, 'untag', { id, name })
  }
  return { untagged }
}

function ownName(ref: string, name: string, has: readonly string[]): string {
  const found = meantName(name, has)
  if (found !== undefined) return found
  throw new TspodError('E_NO_SUCH_NAME', `the image ${ref} has no name ${name}`, {
    hint: has.length === 0 ? 'it has none' : `its names are ${has.join(', ')}`,
  })
}
