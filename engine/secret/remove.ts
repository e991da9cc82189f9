import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'

/**
 * Removes a secret. Containers that have it keep their copy. Returns the id.
 *
 * @throws {TspodError} E_SECRET_NOT_FOUND, unless `ignoreMissing` is given; E_AMBIGUOUS_REF
 * @see podman-secret-rm(1)
 */
export function removeSecret(
  engine: Engine,
  ref: string,
  options: { readonly ignoreMissing?: boolean } = {},
): string | undefined {
  const { secrets } = engine.storage
  if (options.ignoreMissing && !secrets.find(ref)) return undefined
  const { id, name } = secrets.resolve(ref)
  secrets.remove(id)
  recordEvent(engine, { type: 'secret', action: 'remove', id, name, attributes: {} })
  return id
}
