import { TspodError } from '../../base/errors.ts'
import { badConfig } from './bad-config.ts'
import { parseToml } from './parse-toml.ts'
import { isDomain, parseReference, type Reference } from './reference.ts'
import type { Decided, MirrorEntry, RegistriesFile, RegistryEntry, ShortNameMode } from './registries-config.ts'
import { type ShapeReader, shapeReader } from './shape.ts'
import { type TomlLines, tomlLines } from './toml-lines.ts'

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
  const root = parseToml(text, file)
  const source: Source = { file, lines: tomlLines(text) }
  const read = shapeReader((problem) => badConfig(placeOf(source, problem.split(' ', 1)[0] ?? ''), problem))
  if (root['registries'] !== undefined) {
    throw badConfig(
      placeOf(source, 'registries'),
      '[registries.…] is the old version 1 format',
      'write it in version 2: [[registry]] tables',
    )
  }
  const search = root['unqualified-search-registries']
  const mode = root['short-name-mode']
  const helpers = root['credential-helpers']
  return {
    unqualifiedSearch: search === undefined ? undefined : readSearch(read, search, source),
    // An empty one is as none.
    shortNameMode: mode === undefined || mode === '' ? undefined : readMode(read, mode, source),
    registries: read
      .optionalList(root['registry'], 'registry', MAX_ENTRIES)
      .map((entry, index) => readRegistry(read, entry, { ...source, where: `registry[${index}]` })),
    aliases: readAliases(read, root['aliases'], source),
    credentialHelpers: helpers === undefined ? undefined : readHelpers(read, helpers, source),
  }
}

interface Source {
  readonly file: string
  readonly lines: TomlLines
}

interface Place extends Source {
  readonly where: string
}

/** `file:line`, or the file alone where nobody knows the line. */
function placeOf({ file, lines }: Source, where: string): string {
  const line = lines.lineOf(where)
  return line === undefined ? file : `${file}:${line}`
}

function readSearch(read: ShapeReader, value: unknown, source: Source): Decided<readonly string[]> {
  const name = 'unqualified-search-registries'
  const registries = read.optionalStrings(value, name, MAX_ENTRIES)
  const wrong = registries.find((registry) => !isLocation(registry))
  if (wrong !== undefined) throw badConfig(placeOf(source, name), `${JSON.stringify(wrong)} is not a registry`)
  return decided(placeOf(source, name), registries)
}

function readMode(read: ShapeReader, value: unknown, source: Source): Decided<ShortNameMode> {
  const place = placeOf(source, 'short-name-mode')
  const mode = read.string(value, 'short-name-mode')
  if (mode === 'enforcing' || mode === 'permissive' || mode === 'disabled') return decided(place, mode)
  throw badConfig(place, `short-name-mode is not enforcing, permissive or disabled: ${JSON.stringify(mode)}`)
}

function readHelpers(read: ShapeReader, value: unknown, source: Source): Decided<readonly string[]> {
  const name = 'credential-helpers'
  return decided(placeOf(source, name), read.optionalStrings(value, name, MAX_ENTRIES))
}

function readRegistry(read: ShapeReader, value: unknown, place: Place): RegistryEntry {
  const { where } = place
  const origin = placeOf(place, where)
  const table = read.object(value, where)
  const location = read.optionalString(table['location'], `${where}.location`).replace(/\/+$/, '')
  const prefix = read.optionalString(table['prefix'], `${where}.prefix`).replace(/\/+$/, '') || location
  if (prefix === '') throw badConfig(origin, `${where} has neither prefix nor location`)
  if (!isPrefix(prefix)) {
    const form = 'host[:port][/path[:tag|@digest]] or *.domain'
    throw badConfig(placeOf(place, `${where}.prefix`), `${where}.prefix ${JSON.stringify(prefix)} is not ${form}`)
  }
  if (location !== '' && !isLocation(location)) throw badLocation(place, location)
  if (table['pull-from-mirror'] !== undefined) {
    throw badConfig(origin, `${where}.pull-from-mirror is for mirrors only`)
  }
  return {
    prefix,
    location,
    insecure: read.optionalBoolean(table['insecure'], `${where}.insecure`),
    blocked: read.optionalBoolean(table['blocked'], `${where}.blocked`),
    mirrors: readMirrors(read, table, place),
    origin: table['blocked'] === true ? placeOf(place, `${where}.blocked`) : origin,
  }
}

function readMirrors(read: ShapeReader, table: Readonly<Record<string, unknown>>, place: Place): MirrorEntry[] {
  const { where } = place
  const byDigestOnly = read.optionalBoolean(table['mirror-by-digest-only'], `${where}.mirror-by-digest-only`)
  return read.optionalList(table['mirror'], `${where}.mirror`, MAX_ENTRIES).map((value, index) => {
    const own = { ...place, where: `${where}.mirror[${index}]` }
    const mirror = read.object(value, own.where)
    const location = read.string(mirror['location'], `${own.where}.location`).replace(/\/+$/, '')
    if (!isLocation(location)) throw badLocation(own, location)
    const pulls = read.optionalString(mirror['pull-from-mirror'], `${own.where}.pull-from-mirror`)
    if (byDigestOnly && pulls !== '') {
      const both = `${own.where}.pull-from-mirror does not go with mirror-by-digest-only`
      throw badConfig(placeOf(own, `${own.where}.pull-from-mirror`), both)
    }
    return {
      location,
      insecure: read.optionalBoolean(mirror['insecure'], `${own.where}.insecure`),
      pulls: readPulls(pulls || (byDigestOnly ? 'digest-only' : 'all'), own),
      origin: `${placeOf(own, own.where)}: mirror ${index + 1}`,
    }
  })
}

function readPulls(text: string, place: Place): MirrorEntry['pulls'] {
  if (text === 'all' || text === 'digest-only' || text === 'tag-only') return text
  const name = `${place.where}.pull-from-mirror`
  throw badConfig(placeOf(place, name), `${name} is not all, digest-only or tag-only`)
}

function readAliases(read: ShapeReader, value: unknown, source: Source): Map<string, Decided<Reference> | undefined> {
  const entries = Object.entries(read.optionalObject(value, 'aliases'))
  if (entries.length > MAX_ALIASES) throw badConfig(source.file, `aliases has more than ${MAX_ALIASES} items`)
  return new Map(entries.map(([name, target]) => [name, readAlias(read, target, { ...source, where: name })]))
}

/** @param place where the alias is named */
function readAlias(read: ShapeReader, target: unknown, place: Place): Decided<Reference> | undefined {
  const origin = placeOf(place, `aliases.${place.where}`)
  const where = `the alias ${JSON.stringify(place.where)}`
  if (typeof target !== 'string') throw badConfig(origin, `${where} is not a string`)
  const text = read.string(target, where)
  try {
    const name = parseReference(place.where)
    if (name.qualified || /[:@]/.test(place.where)) throw badConfig(origin, `${where} is no short name without a tag`)
    if (text === '') return undefined
    const parsed = parseReference(text)
    if (/@|:[^/]*$/.test(text)) throw badConfig(origin, `${where} has a tag or a digest: ${JSON.stringify(text)}`)
    if (parsed.qualified) return decided(origin, parsed.reference)
  } catch (error) {
    if (!(error instanceof TspodError) || error.code === 'E_BAD_CONFIG') throw error
    throw badConfig(origin, `${where}: ${error.message}`)
  }
  throw badConfig(origin, `${where} names no registry: ${JSON.stringify(text)}`)
}

/** A location, a location with a tag or a digest, or `*.domain`. */
function isPrefix(text: string): boolean {
  if (text.startsWith('*.')) return !text.includes('/') && !text.includes(':') && isLocation(text.slice(2))
  if (isLocation(text)) return true
  if (!text.includes('/')) return false
  try {
    return parseReference(text).qualified
  } catch (error) {
    if (error instanceof TspodError) return false
    throw error
  }
}

/** `host[:port][/path…]`: the characters of a path are checked once a whole name is made of it. */
function isLocation(text: string): boolean {
  return isDomain(text.split('/', 1)[0] ?? '') && /^[^/@\s]+(?:\/[a-z0-9._-]+)*$/.test(text)
}

function decided<T>(origin: string, value: T): Decided<T> {
  return { value, origin }
}

function badLocation(place: Place, location: string): TspodError {
  const name = `${place.where}.location`
  return badConfig(placeOf(place, name), `${name} ${JSON.stringify(location)} is not host[:port][/path]`)
}
