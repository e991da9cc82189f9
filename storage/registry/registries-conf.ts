import { join } from 'node:path'
import { dropInNames, readConfig } from '../../base/config-files.ts'
import { TspodError } from '../../base/errors.ts'
import { DEFAULT_REGISTRIES, mergeRegistries, type RegistriesConfig } from './registries-config.ts'

export interface ConfigPaths {
  /** $CONTAINERS_REGISTRIES_CONF: this file alone, no drop-ins */
  readonly registriesConf?: string
  /** $CONTAINERS_REGISTRIES_CONF_OVERRIDE: read last of all */
  readonly registriesConfOverride?: string
  /** $XDG_CONFIG_HOME, or ~/.config */
  readonly xdgConfigHome: string
  /** the user's choices of what short names mean, which are written by programs: read after all files of people */
  readonly shortNameAliases?: string
  /** directories of the machine, the first wins; by default /etc/containers, /usr/share/containers */
  readonly systemDirectories?: readonly string[]
}

const SYSTEM_DIRECTORIES = ['/etc/containers', '/usr/share/containers']
const MAX_FILE_BYTES = 1 << 20

interface ConfigText {
  readonly file: string
  readonly text: string
}

/**
 * The registries.conf in force: the first main file found (the user's, then the machine's),
 * then the drop-ins in the order of their names, then the override, then what users were asked.
 * A user's own main file also keeps the machine's drop-ins out.
 *
 * @throws {TspodError} E_BAD_CONFIG: names the file
 * @see containers-registries.conf(5)
 */
export async function loadRegistriesConfig(paths: ConfigPaths): Promise<RegistriesConfig> {
  const choices = paths.shortNameAliases === undefined ? undefined : readFile(paths.shortNameAliases)
  const texts = [...readAll(paths), ...(choices ? [choices] : [])]
  if (texts.length === 0) return DEFAULT_REGISTRIES
  // Late: most machines of users without another engine have no such file, and so need no TOML parser.
  const { parseRegistriesConf } = await import('./parse-registries-conf.ts')
  return mergeRegistries(texts.map(({ file, text }) => parseRegistriesConf(text, file)))
}

function readAll(paths: ConfigPaths): ConfigText[] {
  const override = paths.registriesConfOverride ? [readNamed(paths.registriesConfOverride)] : []
  if (paths.registriesConf) return [readNamed(paths.registriesConf), ...override]

  const user = join(paths.xdgConfigHome, 'containers')
  const system = paths.systemDirectories ?? SYSTEM_DIRECTORIES
  const own = readFile(join(user, 'registries.conf'))
  if (own) return [own, ...readDropIns(user), ...override]

  const main = system
    .map((directory) => readFile(join(directory, 'registries.conf')))
    .find((found) => found !== undefined)
  const dropIns = [...[...system].reverse(), user].flatMap(readDropIns)
  return [...(main ? [main] : []), ...dropIns, ...override]
}

function readDropIns(directory: string): ConfigText[] {
  const dropIns = join(directory, 'registries.conf.d')
  return dropInNames(dropIns).flatMap((name) => readFile(join(dropIns, name)) ?? [])
}

function readFile(file: string): ConfigText | undefined {
  const text = readConfig(file, MAX_FILE_BYTES)
  return text === undefined ? undefined : { file, text }
}

/** A file the user named must be there. */
function readNamed(file: string): ConfigText {
  const found = readFile(file)
  if (!found)
    throw new TspodError('E_BAD_CONFIG', `${file}: no such file`, { hint: 'correct $CONTAINERS_REGISTRIES_CONF' })
  return found
}
