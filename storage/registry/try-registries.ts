import { TspodError } from '../../base/errors.ts'
import { parseReference, type Reference } from './reference.ts'
import type { RegistriesConfig } from './registries-config.ts'
import { resolveShortName } from './short-name.ts'

/**
 * What a name may mean, in the order to try: itself, or a short name on each registry it may be on.
 * @throws {TspodError} E_BAD_REFERENCE, E_SHORT_NAME
 */
export function meaningsOf(name: string, registries: RegistriesConfig): readonly Reference[] {
  const parsed = parseReference(name)
  return parsed.qualified ? [parsed.reference] : resolveShortName(parsed.name, registries)
}

/** Failures that say nothing about the next registry on the list. */
const GO_ON: ReadonlySet<string> = new Set([
  'E_IMAGE_NOT_FOUND',
  'E_REGISTRY_AUTH',
  'E_REGISTRY_UNREACHABLE',
  'E_REGISTRY_RATE_LIMIT',
  'E_REGISTRY_ERROR',
  'E_REGISTRY_PROTOCOL',
])

/** The first of `references` that works; where none does, one error that says it of each. */
export async function tryEach<T>(
  references: readonly Reference[],
  attempt: (reference: Reference) => Promise<T>,
): Promise<T> {
  const failures: TspodError[] = []
  for (const reference of references) {
    const isLast = reference === references.at(-1)
    try {
      return await attempt(reference)
    } catch (error) {
      if (!(error instanceof TspodError) || (isLast && failures.length === 0)) throw error
      if (!GO_ON.has(error.code)) throw error
      failures.push(error)
    }
  }
  const [first] = failures
  if (!first) throw new Error('a name that means no reference')
  const messages = failures.map(({ message }) => message).join('; ')
  throw new TspodError(first.code, messages, first.hint === undefined ? {} : { hint: first.hint })
}
