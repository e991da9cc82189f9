import type { Decided } from '../../storage/registry/registries-config.ts'
import type { CONF_KEYS, SettingKind, ValueOf } from './conf-keys.ts'

type Keys = typeof CONF_KEYS

/** The settings of containers.conf that are there, each with the file and line that decided it. */
export type ContainersConf = {
  readonly [T in keyof Keys]: { readonly [K in keyof Keys[T]]?: Decided<ValueOf<Extract<Keys[T][K], SettingKind>>> }
} & {
  /** what nobody knows, with its place: for who looks for a slip */
  readonly unknown: readonly string[]
}

export const NO_CONF: ContainersConf = { containers: {}, engine: {}, network: {}, unknown: [] }

/** One file's share. */
export interface ConfFile {
  /** by `table.key` */
  readonly settings: ReadonlyMap<string, FileSetting>
  readonly unknown: readonly string[]
}

export interface FileSetting {
  readonly value: unknown
  /** `file:line` */
  readonly origin: string
  /** of a list: it is added to what earlier files say, or no longer so; undefined: as the last one that said so */
  readonly append?: boolean
}

/**
 * Later files win, setting by setting. A list takes the place of an earlier one, unless `{append=true}`
 * is in it or was in an earlier one. An empty string is as if nothing had been said. Pure.
 *
 * @see containers.conf(5), "Appending to String Arrays"
 */
export function mergeContainersConf(files: readonly ConfFile[]): ContainersConf {
  const merged = new Map<string, Decided<unknown>>()
  const appending = new Map<string, boolean>()
  for (const { settings } of files) {
    for (const [name, { value, origin, append }] of settings) {
      const before = merged.get(name)
      const isAdded = append ?? appending.get(name) ?? false
      appending.set(name, isAdded)
      if (value === '') merged.delete(name)
      else if (isAdded && before && Array.isArray(value))
        merged.set(name, {
          value: [...(before.value as readonly unknown[]), ...value],
          origin: `${before.origin}, ${origin}`,
        })
      else merged.set(name, { value, origin })
    }
  }
  const tables: Record<string, Record<string, Decided<unknown>>> = { containers: {}, engine: {}, network: {} }
  for (const [name, setting] of merged) {
    const [table = '', key = ''] = name.split('.')
    const known = tables[table]
    if (known) known[key] = setting
  }
  // parseContainersConf has let only known names through, each with a value of its kind.
  return { ...tables, unknown: files.flatMap(({ unknown }) => unknown) } as unknown as ContainersConf
}
