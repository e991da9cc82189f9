import { TspodError } from '../../base/errors.ts'
import { badConfig } from '../../storage/registry/bad-config.ts'
import { isObject, type ShapeReader, shapeReader } from '../../storage/registry/shape.ts'
import { checkSetting } from './check-setting.ts'
import { CONF_KEYS, type SettingKind, UNUSED_KEYS } from './conf-keys.ts'
import type { ConfFile, FileSetting } from './containers-conf.ts'
import type { TomlDocument } from './plain-toml.ts'

const MAX_ITEMS = 1000

/**
 * One containers.conf. Pure.
 *
 * @param file its path, for messages and for who asks what decided
 * @throws {TspodError} E_BAD_CONFIG: a value is of another kind, or does not follow its grammar; names the line
 * @see containers.conf(5)
 */
export function parseContainersConf(document: TomlDocument, file: string): ConfFile {
  const placeOf = (name: string): string => {
    const line = document.lineOf(name)
    return line === undefined ? file : `${file}:${line}`
  }
  const settings = new Map<string, FileSetting>()
  const unknown: string[] = []
  for (const [table, value] of Object.entries(document.root)) {
    const unused = Object.hasOwn(UNUSED_KEYS, table) ? UNUSED_KEYS[table] : undefined
    if (unused === 'all') continue
    if (!unused) unknown.push(`${placeOf(table)}: ${table}`)
    else if (!isObject(value)) throw badConfig(placeOf(table), `${table} is not a table`)
    else {
      const kinds: Readonly<Record<string, SettingKind>> = CONF_KEYS[table as keyof typeof CONF_KEYS]
      for (const [key, raw] of Object.entries(value)) {
        const name = `${table}.${key}`
        const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined
        if (kind) settings.set(name, readSetting(raw, { name, kind, origin: placeOf(name) }))
        else if (!unused.includes(key)) unknown.push(`${placeOf(name)}: ${name}`)
      }
    }
  }
  return { settings, unknown }
}

interface Named {
  readonly name: string
  readonly kind: SettingKind
  readonly origin: string
}

function readSetting(raw: unknown, named: Named): FileSetting {
  const { name, origin } = named
  const read = shapeReader((problem) => badConfig(origin, problem))
  const setting = { origin, ...readKind(read, raw, named) }
  try {
    for (const value of [setting.value].flat()) checkSetting(name, value)
    return setting
  } catch (error) {
    if (!(error instanceof TspodError) || error.code === 'E_BAD_CONFIG') throw error
    throw badConfig(origin, `${name}: ${error.message}`, error.hint)
  }
}

function readKind(read: ShapeReader, raw: unknown, { name, kind, origin }: Named): Omit<FileSetting, 'origin'> {
  switch (kind) {
    case 'string':
      return { value: read.string(raw, name) }
    case 'boolean':
      if (typeof raw !== 'boolean') throw badConfig(origin, `${name} is not true or false`)
      return { value: raw }
    case 'integer':
      if (!Number.isSafeInteger(raw)) throw badConfig(origin, `${name} is not a whole number`)
      return { value: raw }
    case 'subnet-pools':
      return { value: read.list(raw, name, MAX_ITEMS).map((pool, index) => readPool(read, pool, `${name}[${index}]`)) }
    case 'strings':
      return readStrings(read, read.list(raw, name, MAX_ITEMS), name)
  }
}

/** Strings, and among them a table that says whether they are added to those of earlier files. */
function readStrings(read: ShapeReader, items: readonly unknown[], name: string): Omit<FileSetting, 'origin'> {
  const tables = items.filter(isObject).map(({ append, ...others }) => {
    const [other] = Object.keys(others)
    if (other !== undefined || typeof append !== 'boolean')
      read.string(others, `${name}: what is not {append=true} and`)
    return append === true
  })
  const value = items.filter((item) => !isObject(item)).map((item, index) => read.string(item, `${name}[${index}]`))
  const append = tables.at(-1)
  return { value, ...(append !== undefined && { append }) }
}

function readPool(read: ShapeReader, raw: unknown, where: string) {
  const pool = read.object(raw, where)
  return { base: read.string(pool['base'], `${where}.base`), size: read.size(pool['size'], `${where}.size`) }
}
