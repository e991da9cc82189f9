import { TspodError } from '../../base/errors.ts'
import type { Secret } from '../../storage/secrets/secrets.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { parseLabel } from '../spec/parse-labels.ts'

export interface CreateSecretOptions {
  readonly name: string
  readonly data: Uint8Array
  /** `file`, which is the only one */
  readonly driver?: string
  /** `name=value` */
  readonly driverOptions?: readonly string[]
  readonly labels?: readonly string[]
  /** another one of this name goes */
  readonly replace?: boolean
  /** do not fail where there is one of this name */
  readonly ignore?: boolean
}

/**
 * Keeps a secret for containers that are made with `--secret`.
 *
 * @throws {TspodError} E_SECRET_EXISTS, E_BAD_SECRET_NAME, E_SECRET_TOO_LARGE, E_BAD_LABEL
 * @throws {TspodError} E_UNSUPPORTED_OPTION: another driver
 * @see podman-secret-create(1)
 */
export function createSecret(engine: Engine, options: CreateSecretOptions): Secret {
  const { name, data, driver = 'file' } = options
  if (driver !== 'file') {
    throw new TspodError('E_UNSUPPORTED_OPTION', `there is no driver ${JSON.stringify(driver)} for secrets`, {
      hint: 'use the driver file, and give what another program prints on stdin',
    })
  }
  const known = engine.storage.secrets.list().find((secret) => secret.name === name)
  if (known && options.ignore) return known
  const secret = engine.storage.secrets.create(name, data, {
    driverOptions: Object.fromEntries((options.driverOptions ?? []).map((text) => parseLabel(text, 'driver option'))),
    labels: Object.fromEntries((options.labels ?? []).map((text) => parseLabel(text))),
    ...(options.replace && { replace: true }),
  })
  recordEvent(engine, { type: 'secret', action: 'create', id: secret.id, name, attributes: {} })
  return secret
}
