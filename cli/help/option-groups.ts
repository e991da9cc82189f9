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
  const titleOf = (name: string): string =>
    Object.keys(groups).find((title) => Object.hasOwn(groups[title] ?? {}, name)) ?? ''
  return ['', ...Object.keys(groups)]
    .map((title) => ({ title, options: shown.filter(([name]) => titleOf(name) === title) }))
    .filter((group) => group.options.length > 0)
}

/**
 * `-e`, `--env`: letters first, then the name.
 *
 * @param own the options of the command: what is one of them, or another's letter, is no other spelling of this one
 */
export function spellings(name: string, option: Option, own: Options): string[] {
  const others = Object.entries(own).filter(([, other]) => other !== option)
  const taken = new Set(others.flatMap(([other, it]) => [other, ...aliasesOf(it)]))
  const aliases = aliasesOf(option).filter((alias) => !taken.has(alias))
  return [...aliases.filter(isLetter), name, ...aliases.filter((alias) => !isLetter(alias))].map((one) =>
    isLetter(one) ? `-${one}` : `--${one}`,
  )
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
