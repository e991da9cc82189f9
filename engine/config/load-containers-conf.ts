import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { configNames, dropInNames, readConfig } from '../../base/config-files.ts'
import { TspodError } from '../../base/errors.ts'
import { type ConfFile, type ContainersConf, mergeContainersConf, NO_CONF } from './containers-conf.ts'
import { parseContainersConf } from './parse-containers-conf.ts'
import { plainToml, type TomlDocument } from './plain-toml.ts'

export interface ConfPlaces {
  /** CONTAINERS_CONF, CONTAINERS_CONF_OVERRIDE */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly xdgConfigHome: string
  /** of the caller, outside any user namespace */
  readonly uid: number
  /** of the machine; later ones win */
  readonly systemDirectories?: readonly string[]
}

const SYSTEM_DIRECTORIES = ['/usr/share/containers', '/etc/containers']
const MAX_BYTES = 1 << 20
const MAX_FILES = 1000

/**
 * containers.conf as all its files make it: those of the machine, then the user's, each followed by its
 * drop-ins; or the one file of $CONTAINERS_CONF; then $CONTAINERS_CONF_OVERRIDE.
 *
 * @throws {TspodError} E_BAD_CONFIG: names the file and line
 * @see containers.conf(5), containers-config(5)
 */
export async function loadContainersConf(places: ConfPlaces): Promise<ContainersConf> {
  const files: ConfFile[] = []
  for (const path of usualFiles(places)) {
    const text = readConfig(path, MAX_BYTES)
    if (text !== undefined && hasContent(text)) files.push(parseContainersConf(await readToml(text, path), path))
  }
  return files.length === 0 ? NO_CONF : mergeContainersConf(files)
}

function usualFiles(places: ConfPlaces): string[] {
  const { env, xdgConfigHome, uid, systemDirectories = SYSTEM_DIRECTORIES } = places
  const named = ['CONTAINERS_CONF', 'CONTAINERS_CONF_OVERRIDE'].map((name) => {
    const file = env[name]
    if (!file) return []
    const path = resolve(places.cwd, file)
    if (!existsSync(path)) throw new TspodError('E_BAD_CONFIG', `${path}: no such file`, { hint: `correct $${name}` })
    return [path]
  })
  const [only = [], last = []] = named
  if (only.length > 0) return [...only, ...last]
  const machine = systemDirectories.flatMap((directory) => {
    const special = uid === 0 ? ['rootful'] : ['rootless', `rootless/${uid}`]
    return confFiles(directory, special)
  })
  return [...machine, ...confFiles(join(xdgConfigHome, 'containers'), []), ...last]
}

/**
 * The configuration files of a directory in the order in which they are read. Its names say which there
 * are: most machines have few of all that there may be, and each that is missing takes its time.
 */
function confFiles(directory: string, special: readonly string[]): string[] {
  const names = new Set(configNames(directory))
  const inside = (name: string): string[] => (names.has(name) ? [join(directory, name)] : [])
  const dropIns = (name: string, below = ''): string[] =>
    inside(name).flatMap((path) => {
      const place = join(path, below)
      return dropInNames(place)
        .slice(0, MAX_FILES)
        .map((file) => join(place, file))
    })
  return [
    ...inside('containers.conf'),
    ...dropIns('containers.conf.d'),
    ...special.flatMap((word) => {
      const [who = '', below = ''] = word.split('/')
      const main = below === '' ? inside(`containers.${who}.conf`) : []
      return [...main, ...dropIns(`containers.${who}.conf.d`, below)]
    }),
  ]
}

/** Anything but comments, blank lines and the names of tables. */
function hasContent(text: string): boolean {
  return /^[ \t]*(?!\[[a-z_.]+\][ \t]*$)[^\s#]/m.test(text)
}

async function readToml(text: string, path: string): Promise<TomlDocument> {
  const plain = plainToml(text)
  if (plain) return plain
  // Late: most files are plain, and the real parser takes longer to load than a container to be described.
  const { parseToml } = await import('../../storage/registry/parse-toml.ts')
  const { tomlLines } = await import('../../storage/registry/toml-lines.ts')
  return { root: parseToml(text, path), lineOf: tomlLines(text).lineOf }
}
