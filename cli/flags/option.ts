interface OptionText {
  /** one line for the help */
  readonly describe: string
  /** a single letter, or another long name */
  readonly alias?: string | readonly string[]
  /** a letter that docker or podman alone has for it */
  readonly aliasAs?: { readonly docker?: string; readonly podman?: string }
  /** what stands for the value in the help: `--env NAME=VALUE` */
  readonly placeholder?: string
  /** accepted, not shown */
  readonly hidden?: boolean
}

/** An option of a command. A boolean that has no default is false, unless it is optional; an array is empty. */
export type Option = OptionText &
  (
    | { readonly type: 'boolean'; readonly default?: boolean; readonly optional?: true }
    | { readonly type: 'number'; readonly default?: number; readonly minimum?: number }
    | {
        readonly type: 'string'
        readonly default?: string
        readonly array?: false
        readonly choices?: readonly string[]
        /** the value where it is given without one; then any other needs an equals sign */
        readonly implied?: string
      }
    | {
        readonly type: 'string'
        readonly array: true
        /** a value may hold several, separated by commas, as podman's "strings" flags */
        readonly commas?: boolean
      }
  )

export type Options = Readonly<Record<string, Option>>

/** A word that is no option. All are strings; only the last may be an array. */
export interface Positional {
  readonly describe: string
  readonly required?: boolean
  readonly array?: boolean
  /** all that it can be; `describe` lists them */
  readonly words?: readonly string[]
}

export type Positionals = Readonly<Record<string, Positional>>

/** `no-trunc` is `noTrunc` in a command's arguments. */
export type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S

type OptionValue<O> = O extends { type: 'boolean' }
  ? boolean | (O extends { optional: true } ? undefined : never)
  : O extends { array: true }
    ? readonly string[]
    : O extends { type: 'number' }
      ? number | (O extends { default: number } ? never : undefined)
      : string | (O extends { default: string } ? never : undefined)

type PositionalValue<P> = P extends { array: true }
  ? readonly string[]
  : string | (P extends { required: true } ? never : undefined)

/** The arguments of a command with these positionals and options. */
export type Arguments<P extends Positionals, O extends Options> = {
  readonly [K in keyof P as CamelCase<K & string>]: PositionalValue<P[K]>
} & { readonly [K in keyof O as CamelCase<K & string>]: OptionValue<O[K]> }

export function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

export function aliasesOf(option: Option): readonly string[] {
  if (option.alias === undefined) return []
  return typeof option.alias === 'string' ? [option.alias] : option.alias
}
