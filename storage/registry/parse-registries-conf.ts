import { parse, TomlError } from 'smol-toml'
import { messageOf, TspodError } from '../../base/errors.ts'
import { isDomain, parseReference, type Reference } from './reference.ts'
import type { Decided, MirrorEntry, RegistriesFile, RegistryEntry, ShortNameMode } from './registries-config.ts'
import { type ShapeReader, shapeReader } from './shape.ts'

const MAX_ENTRIES = 1000
const MAX_ALIASES = 10_000

/**
 * One registries.conf file, version 2. `file` is its path, for messages and origins.
 *
 * Settings that tspod does not know are left alone: the file is shared with other programs.
 *
 * @throws {TspodError} E_BAD_CONFIG
 * @see containers-registries.conf(5)
 */
export function parseRegistriesConf(text: string, file: string): RegistriesFile {
  const read = shapeReader((problem) => badConfig(file, problem))
  const root = parseToml(text, file)
  if (root['registries'] !== undefined) {
    throw badConfig(file, '[registries.…] is the old version 1 format', 'write it in version 2: [[registry]] tables')
  }
  const search = root['unqualified-search-registries']
  const mode = root['short-name-mode']
  const helpers = root['credential-helpers']
  return {
    unqualifiedSearch: search === undefined ? undefined : decided(file, readSearch(read, search, file)),
    shortNameMode: mode === undefined ? undefined : decided(file, readMode(read, mode, file)),
    registries: read
      .optionalList(root['registry'], 'registry', MAX_ENTRIES)
      .map((entry, index) => readRegistry(read, entry, { file, where: `registry[${index}]` })),
    aliases: readAliases(read, root['aliases'], file),
    credentialHelpers:
      helpers === undefined
        ? undefined
        : decided(file, read.optionalStrings(helpers, 'credential-helpers', MAX_ENTRIES)),
  }
}

interface Place {
  readonly file: string
  readonly where: string
}

function parseToml(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = messageOf(error)
      .split('\n', 1)[0]
      ?.replace(/^Invalid TOML document: /, '')
    throw badConfig(file, `line ${error.line}: ${reason}`)
  }
}

function readSearch(read: ShapeReader, value: unknown, file: string): readonly string[] {
  const registries = read.optionalStrings(value, 'unqualified-search-registries', MAX_ENTRIES)
  const wrong = registries.find((registry) => !isLocation(registry))
  if (wrong !== undefined) throw badConfig(file, `${JSON.stringify(wrong)} is not a registry`)
  return registries
}

function readMode(read: ShapeReader, value: unknown, file: string): ShortNameMode {
  const mode = read.string(value, 'short-name-mode')
  if (mode === 'enforcing' || mode === 'permissive' || mode === 'disabled') return mode
  throw badConfig(file, `short-name-mode is not enforcing, permissive or disabled: ${JSON.stringify(mode)}`)
}

function readRegistry(read: ShapeReader, value: unknown, { file, where }: Place): RegistryEntry {
  const table = read.object(value, where)
  const location = read.optionalString(table['location'], `${where}.location`).replace(/\/+$/, '')
  const prefix = read.optionalString(table['prefix'], `${where}.prefix`).replace(/\/+$/, '') || location
  if (prefix === '') throw badConfig(file, `${where} has neither prefix nor location`)
  const isWildcard = prefix.startsWith('*.')
  if (!isLocation(isWildcard ? prefix.slice(2) : prefix) || (isWildcard && prefix.includes('/'))) {
    throw badConfig(file, `${where}.prefix ${JSON.stringify(prefix)} is not host[:port][/path] or *.domain`)
  }
  if (isWildcard && location !== '') throw badConfig(file, `${where}: a location cannot go with the prefix ${prefix}`)
  if (location !== '' && !isLocation(location)) throw badLocation({ file, where }, location)
  return {
    prefix,
    location,
    insecure: read.optionalBoolean(table['insecure'], `${where}.insecure`),
    blocked: read.optionalBoolean(table['blocked'], `${where}.blocked`),
    mirrors: readMirrors(read, table, { file, where }),
    origin: file,
  }
}

function readMirrors(
  read: ShapeReader,
  table: Readonly<Record<string, unknown>>,
  { file, where }: Place,
): MirrorEntry[] {
  const byDigestOnly = read.optionalBoolean(table['mirror-by-digest-only'], `${where}.mirror-by-digest-only`)
  return read.optionalList(table['mirror'], `${where}.mirror`, MAX_ENTRIES).map((value, index) => {
    const place = { file, where: `${where}.mirror[${index}]` }
    const mirror = read.object(value, place.where)
    const location = read.string(mirror['location'], `${place.where}.location`).replace(/\/+$/, '')
    if (!isLocation(location)) throw badLocation(place, location)
    const pulls = read.optionalString(mirror['pull-from-mirror'], `${place.where}.pull-from-mirror`)
    return {
      location,
      insecure: read.optionalBoolean(mirror['insecure'], `${place.where}.insecure`),
      pulls: readPulls(pulls || (byDigestOnly ? 'digest-only' : 'all'), place),
      origin: `${file}: mirror ${index + 1}`,
    }
  })
}

function readPulls(text: string, { file, where }: Place): MirrorEntry['pulls'] {
  if (text === 'all' || text === 'digest-only' || text === 'tag-only') return text
  throw badConfig(file, `${where}.pull-from-mirror is not all, digest-only or tag-only`)
}

function readAliases(read: ShapeReader, value: unknown, file: string): Map<string, Decided<Reference> | undefined> {
  const entries = Object.entries(read.optionalObject(value, 'aliases'))
  if (entries.length > MAX_ALIASES) throw badConfig(file, `aliases has more than ${MAX_ALIASES} items`)
  return new Map(entries.map(([name, target]) => [name, readAlias(read, name, { target, file })]))
}

function readAlias(
  read: ShapeReader,
  name: string,
  { target, file }: { readonly target: unknown; readonly file: string },
): Decided<Reference> | undefined {
  const where = `the alias ${JSON.stringify(name)}`
  const text = read.string(target, where)
  if (text === '') return undefined
  try {
    const parsed = parseReference(text)
    if (parsed.qualified) return decided(file, parsed.reference)
  } catch (error) {
    if (!(error instanceof TspodError)) throw error
    throw badConfig(file, `${where}: ${error.message}`)
  }
  throw badConfig(file, `${where} names no registry: ${JSON.stringify(text)}`)
}

/** `host[:port][/path…]`: the characters of a path are checked once a whole name is made of it. */
function isLocation(text: string): boolean {
  return isDomain(text.split('/', 1)[0] ?? '') && /^[^/@\s]+(?:\/[a-z0-9._-]+)*$/.test(text)
}

function decided<T>(origin: string, value: T): Decided<T> {
  return { value, origin }
}

function badLocation({ file, where }: Place, location: string): TspodError {
  return badConfig(file, `${where}.location ${JSON.stringify(location)} is not host[:port][/path]`)
}

function badConfig(file: string, problem: string, hint?: string): TspodError {
  return new TspodError('E_BAD_CONFIG', `${file}: ${problem}`, hint === undefined ? {} : { hint })
}
