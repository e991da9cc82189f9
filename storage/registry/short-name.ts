import { TspodError } from '../../base/errors.ts'
import { formatVersion, parseReference, qualifyShortName, type Reference, type ShortName } from './reference.ts'
import type { RegistriesConfig } from './registries-config.ts'

/**
 * What a name without a registry may mean, in the order to try: its alias, else the name on
 * each of `unqualified-search-registries`.
 *
 * Nothing is asked of the user: where he could not be, `short-name-mode = "enforcing"` refuses a
 * name that several registries could mean. See `choicesFor`.
 *
 * @throws {TspodError} E_SHORT_NAME: nothing may be searched, or too much
 * @see containers-registries.conf(5), "Short-Name Aliasing"
 */
export function resolveShortName(name: ShortName, config: RegistriesConfig): readonly Reference[] {
  const alias = aliasOf(name, config)
  if (alias !== undefined) return [applyAlias(alias, name)]

  const { value: registries, origin } = config.unqualifiedSearch
  const shown = name.path + formatVersion(name)
  const [first] = registries
  if (first === undefined) {
    throw new TspodError('E_SHORT_NAME', `${shown} names no registry, and ${origin} lists none to search`, {
      hint: `write the registry too, as in docker.io/library/${shown}`,
    })
  }
  const { value: mode, origin: modeOrigin } = config.shortNameMode
  if (registries.length > 1 && mode === 'enforcing') {
    const where = `${registries.join(', ')} (${origin})`
    throw new TspodError('E_SHORT_NAME', `${shown} may be on any of ${where}, and ${modeOrigin} has it named`, {
      hint: `write the registry too, as in ${first}/${shown}, or set short-name-mode = "permissive"`,
    })
  }
  return registries.map((registry) => qualifyShortName(name, registry))
}

/**
 * What a user is to be asked to choose from, where one can be asked: the meanings of a short name, if
 * there are several and no mode forbids the question.
 */
export function choicesFor(name: ShortName, config: RegistriesConfig): readonly Reference[] {
  const registries = config.unqualifiedSearch.value
  if (config.shortNameMode.value === 'disabled' || registries.length < 2 || aliasOf(name, config)) return []
  return registries.map((registry) => qualifyShortName(name, registry))
}

/** Source: containers/image, shortnames.go: in the mode `disabled` there are no aliases. */
function aliasOf(name: ShortName, config: RegistriesConfig): Reference | undefined {
  return config.shortNameMode.value === 'disabled' ? undefined : config.aliases.get(name.path)?.value
}

// The alias gives the repository; tag and digest are the user's.
function applyAlias(target: Reference, name: ShortName): Reference {
  const parsed = parseReference(`${target.domain}/${target.path}${formatVersion(name)}`)
  if (!parsed.qualified) throw new Error(`alias of ${name.path} is not qualified`)
  return parsed.reference
}
