import type { AnyCommand } from '../command.ts'
import { aliasesOf, type Option, type Options } from '../flags/option.ts'

type Named = readonly [name: string, option: Option]

export interface OptionGroup {
  /** `Network`; empty for what is in no group */
  readonly title: string
  readonly options: readonly Named[]
}

/** The options that are shown, as help, man pages and docs have them: those in no group first. Pure. */
export function optionGroups({ options, groups = {} }: Pick<AnyCommand, 'options' | 'groups'>): OptionGroup[] {
  const shown = Object.entries(options).filter(([, option]) => !option.hidden)
  const grouped = new Map<string, Named[]>(['', ...Object.keys(groups)].map((title) => [title, []]))
  for (const named of shown) {
    const title = Object.keys(groups).find((one) => Object.hasOwn(groups[one] ?? {}, named[0])) ?? ''
    grouped.get(title)?.push(named)
  }
  return [...grouped]
    .map(([title, members]) => ({ title, options: members }))
    .filter((group) => group.options.length > 0)
}

/** `-e`, `--env`: letters first, then the name. */
export type Speller = (name: string, option: Option) => string[]

/** @param own the options of the command: what is one of them, or a letter of another, is no other spelling of an option */
export function spellerOf(own: Options): Speller {
  const owners = new Map<string, string>()
  for (const [name, option] of Object.entries(own)) for (const alias of aliasesOf(option)) owners.set(alias, name)
  for (const name of Object.keys(own)) owners.set(name, name)
  return (name, option) => {
    const aliases = aliasesOf(option).filter((alias) => (owners.get(alias) ?? name) === name)
    return [...aliases.filter(isLetter), name, ...aliases.filter((alias) => !isLetter(alias))].map((one) =>
      isLetter(one) ? `-${one}` : `--${one}`,
    )
  }
}

/** What is said of the values: `one of a, b; default a`. Empty where there is nothing, or the option says it itself. */
export function valueNotes(option: Option): string {
  const choices = option.type === 'string' && !option.array ? (option.choices ?? []) : []
  const fallback = defaultOf(option)
  const areNamed = choices.every((choice) => option.describe.includes(choice))
  return [
    ...(choices.length > 0 && !areNamed ? [`one of ${choices.join(', ')}`] : []),
    ...(fallback === undefined ? [] : [`default ${fallback}`]),
  ].join('; ')
}

function isLetter(name: string): boolean {
  return name.length === 1
}

/** As text; undefined where there is none, or it says nothing. */
export function defaultOf(option: Option): string | undefined {
  if (option.type === 'string' && option.array) return undefined
  return option.default === undefined || option.default === false ? undefined : `${option.default}`
}
