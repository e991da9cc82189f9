import type { Reference } from './reference.ts'

/** A setting and what decided it: a file's path, or `the default`. */
export interface Decided<T> {
  readonly value: T
  readonly origin: string
}

export type ShortNameMode = 'enforcing' | 'permissive' | 'disabled'

/** registries.conf, version 2. Source: containers-registries.conf(5). */
export interface RegistriesConfig {
  readonly unqualifiedSearch: Decided<readonly string[]>
  readonly shortNameMode: Decided<ShortNameMode>
  readonly registries: readonly RegistryEntry[]
  readonly aliases: ReadonlyMap<string, Decided<Reference>>
  /** who has logins, in the order to ask: programs, and `containers-auth.json` for the files */
  readonly credentialHelpers: Decided<readonly string[]>
}

export interface RegistryEntry {
  /** `host[:port][/path…]`, or `*.domain` */
  readonly prefix: string
  /** replaces the prefix; '' keeps it */
  readonly location: string
  readonly insecure: boolean
  readonly blocked: boolean
  readonly mirrors: readonly MirrorEntry[]
  readonly origin: string
}

export interface MirrorEntry {
  readonly location: string
  readonly insecure: boolean
  readonly pulls: 'all' | 'digest-only' | 'tag-only'
  readonly origin: string
}

/** One file's share of the configuration: what it does not mention is `undefined`. */
export interface RegistriesFile {
  readonly unqualifiedSearch: Decided<readonly string[]> | undefined
  readonly shortNameMode: Decided<ShortNameMode> | undefined
  readonly registries: readonly RegistryEntry[]
  /** `undefined` takes an alias of an earlier file away */
  readonly aliases: ReadonlyMap<string, Decided<Reference> | undefined>
  readonly credentialHelpers: Decided<readonly string[]> | undefined
}

/**
 * In force where no file says anything: Docker Hub alone, as docker does. podman asks the user
 * when several registries are listed and a terminal is there, so there `permissive` is what it comes to.
 */
export const DEFAULT_REGISTRIES: RegistriesConfig = {
  unqualifiedSearch: { value: ['docker.io'], origin: 'the default' },
  shortNameMode: { value: 'permissive', origin: 'the default' },
  registries: [],
  aliases: new Map(),
  credentialHelpers: { value: ['containers-auth.json'], origin: 'the default' },
}

/** Later files win: whole settings, whole `[[registry]]` tables of the same prefix, single aliases. */
export function mergeRegistries(files: readonly RegistriesFile[]): RegistriesConfig {
  let { unqualifiedSearch, shortNameMode, credentialHelpers } = DEFAULT_REGISTRIES
  const registries = new Map<string, RegistryEntry>()
  const aliases = new Map<string, Decided<Reference>>()
  for (const file of files) {
    unqualifiedSearch = file.unqualifiedSearch ?? unqualifiedSearch
    shortNameMode = file.shortNameMode ?? shortNameMode
    credentialHelpers = file.credentialHelpers ?? credentialHelpers
    for (const entry of file.registries) registries.set(entry.prefix, entry)
    for (const [name, target] of file.aliases) {
      if (target === undefined) aliases.delete(name)
      else aliases.set(name, target)
    }
  }
  return { unqualifiedSearch, shortNameMode, registries: [...registries.values()], aliases, credentialHelpers }
}
