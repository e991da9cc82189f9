import { TspodError } from '../../base/errors.ts'
import type { Secret } from '../../storage/secrets/secrets.ts'

const TESTS: Readonly<Record<string, (secret: Secret, value: string) => boolean>> = {
  id: (secret, value) => secret.id.startsWith(value),
  name: (secret, value) => secret.name.includes(value),
  label: ({ labels }, value) => {
    const equals = value.indexOf('=')
    const name = equals < 0 ? value : value.slice(0, equals)
    return Object.hasOwn(labels, name) && (equals < 0 || labels[name] === value.slice(equals + 1))
  },
}

export const SECRET_FILTERS = Object.keys(TESTS)

/**
 * Values of one key are alternatives. Source: podman-secret-ls(1), "--filter".
 *
 * @throws {TspodError} E_BAD_FILTER
 */
export function parseSecretFilters(filters: readonly string[]): (secret: Secret) => boolean {
  const byKey = new Map<string, string[]>()
  for (const filter of filters) {
    const equals = filter.indexOf('=')
    const key = filter.slice(0, Math.max(0, equals))
    if (!Object.hasOwn(TESTS, key)) {
      throw new TspodError('E_BAD_FILTER', `cannot filter by ${JSON.stringify(filter.slice(0, 200))}`, {
        hint: `use KEY=VALUE with one of ${Object.keys(TESTS).join(', ')}`,
      })
    }
    byKey.set(key, [...(byKey.get(key) ?? []), filter.slice(equals + 1)])
  }
  return (secret) => [...byKey].every(([key, values]) => values.some((value) => TESTS[key]?.(secret, value) ?? false))
}
