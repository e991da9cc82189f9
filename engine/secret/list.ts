import type { Secret } from '../../storage/secrets/secrets.ts'
import type { Engine } from '../engine.ts'
import { parseSecretFilters } from './filter.ts'

export type { Secret } from '../../storage/secrets/secrets.ts'

/**
 * Secrets by their names.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-secret-ls(1)
 */
export function listSecrets(engine: Engine, options: { readonly filters?: readonly string[] } = {}): Secret[] {
  return engine.storage.secrets.list().filter(parseSecretFilters(options.filters ?? []))
}
