import { aliasesOf, type Option, type Options } from '../flags/option.ts'

/** Where on a command line its last word is, among flags and arguments. */
export interface Place {
  /** the option whose value it is */
  readonly option?: readonly [name: string, option: Option]
  /** of that word what comes before the value: `--network=` */
  readonly before: string
  /** how many arguments there are before it */
  readonly argumentsBefore: number
  /** it may be a flag */
  readonly mayBeFlag: boolean
  /** what was said before, a value for each option that had one; empty for a switch */
  readonly given: ReadonlyMap<string, string>
}

/**
 * Finds the place of the last of `words`, by the rules of `normaliseArgv`; but nothing is wrong here, as
 * what is not known yet may be. Pure.
 */
export function placeOf(
  words: readonly string[],
  options: Options,
  { endAtPositional }: { readonly endAtPositional: boolean },
): Place {
  const given = new Map<string, string>()
  let argumentsBefore = 0
  let waiting: readonly [string, Option] | undefined
  let mayBeFlag = true
  for (const word of words.slice(0, -1)) {
    if (waiting) {
      given.set(waiting[0], word)
      waiting = undefined
    } else if (!mayBeFlag || word === '-' || !word.startsWith('-')) {
      argumentsBefore += 1
      mayBeFlag &&= !endAtPositional
    } else if (word === '--') {
      mayBeFlag = false
    } else waiting = takeFlag(word, options, given)
  }
  const last = words.at(-1) ?? ''
  const common = { argumentsBefore, given }
  if (waiting) return { ...common, option: waiting, before: '', mayBeFlag: false }
  const [, name = ''] = (mayBeFlag && /^--([^=]+)=/.exec(last)) || []
  const option = name === '' ? undefined : findOption(name, options)
  return option ? { ...common, option, before: `--${name}=`, mayBeFlag: false } : { ...common, before: '', mayBeFlag }
}

/** Notes down a flag; one whose value is the next word comes back. */
function takeFlag(word: string, options: Options, given: Map<string, string>): readonly [string, Option] | undefined {
  if (word.startsWith('--')) {
    const [flag = '', ...value] = word.slice(2).split('=')
    const found = findOption(flag, options)
    if (!found) return undefined
    const isWhole = value.length > 0 || found[1].type === 'boolean' || 'implied' in found[1]
    if (isWhole) given.set(found[0], value.join('='))
    return isWhole ? undefined : found
  }
  for (let at = 1; at < word.length; at++) {
    const found = findOption(word.charAt(at), options)
    if (!found) return undefined
    const rest = word.slice(at + 1)
    if (found[1].type !== 'boolean') {
      if (rest === '') return found
      given.set(found[0], rest)
      return undefined
    }
    given.set(found[0], '')
  }
  return undefined
}

function findOption(name: string, options: Options): readonly [string, Option] | undefined {
  return Object.entries(options).find(([known, option]) => known === name || aliasesOf(option).includes(name))
}
