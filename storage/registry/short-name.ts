import { TspodError } from '../../base/errors.ts'
import { formatVersion, parseReference, qualifyShortName, type Reference, type ShortName } from './reference.ts'
import type { RegistriesConfig } from './registries-config.ts'

/**
 * What a name without a registry may mean, in the order to try: its alias, else the name on
 * each of `unqualified-search-registries`.
 *
 * Nothing is asked of the user: `short-name-mode = "enforcing"` refuses, instead, a name that
 * several registries could mean.
 *
 * @throws {TspodError} E_SHORT_NAME: nothing may be searched, or too much
 * @see containers-registries.conf(5), "SHORT-NAME ALIASING"
 */
export function resolveShortName(name: ShortName, config: RegistriesConfig): readonly Reference[] {
  const alias = config.aliases.get(name.path)
  if (alias !== undefined) return [applyAlias(alias.value, name)]

  const { value: registries, origin } = config.unqualifiedSearch
  const shown = name.path + formatVersion(name)
  const [first] = registries
  if (first === undefined) {
    throw new TspodError('E_SHORT_NAME', `${shown} names no registry, and ${origin} lists none to search`, {
      hint: `write the registry too, as in docker.io/library/${shown}`,
    })
  }
  if (registries.length > 1 && config.shortNameMode.value === 'enforcing') {
    throw new TspodError('E_SHORT_NAME', `${shown} may be on any of ${registries.join(', ')} (${origin})`, {
      hint: `write the registry too, as in ${first}/${shown}, or set short-name-mode = "permissive"`,
    })
  }
  return registries.map((registry) => qualifyShortName(name, registry))
}

// The alias gives the repository; tag and digest are the user's.
function applyAlias(target: Reference, name: ShortName): Reference {
  const parsed = parseReference(`${target.domain}/${target.path}${formatVersion(name)}`)
  if (!parsed.qualified) throw new Error(`alias of ${name.path} is not qualified`)
  return parsed.reference
}
