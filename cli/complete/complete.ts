import type { LiveName, NameKind } from '../../engine/complete/live-names.ts'
import type { AnyCommand } from '../command.ts'
import type { CommandEntry } from '../commands/index.ts'
import { GLOBAL_OPTIONS, leadingOptions } from '../config.ts'
import { inStyle } from '../flags/in-style.ts'
import { aliasesOf, type Options } from '../flags/option.ts'
import { withoutTaken } from '../parse-command.ts'
import { valuesOfFilter } from './filter-words.ts'
import { type Place, placeOf } from './place.ts'
import { type Values, valuesOfArgument, valuesOfOption } from './value-kinds.ts'

export interface Candidate {
  /** the whole word that may stand there */
  readonly word: string
  readonly about: string
}

export interface Completion {
  readonly candidates: readonly Candidate[]
  /** what else may stand there, which the shell knows better */
  readonly paths?: 'files' | 'dirs'
  /** a word that was chosen goes on */
  readonly goesOn?: boolean
}

interface Sources {
  readonly commands: Readonly<Record<string, CommandEntry>>
  /** whose letters the flags have */
  readonly compat: 'docker' | 'podman'
  /** what there is of a kind, for a verb; the flags are those given before the command and after it */
  names(kind: NameKind, verb: string, flags: ReadonlyMap<string, string>): readonly LiveName[]
}

/** What the last of `words` may become; they are those behind our own name. */
export async function complete(words: readonly string[], { commands, compat, names }: Sources): Promise<Completion> {
  const last = words.at(-1) ?? ''
  const leading = placeOf(words, leadingOptions(compat), { endAtPositional: true })
  const ofOption = ({ option, before, given }: Place): Completion | undefined =>
    option && fromValues(valuesOfOption(...option), { last, before, names: (kind) => names(kind, '', given) })
  const value = ofOption(leading)
  if (value) return value
  if (leading.argumentsBefore === 0 && last.startsWith('-')) return flagsOf(leadingOptions(compat), leading, last)
  const typed = words.slice(words.length - 1 - leading.argumentsBefore)
  const command = typed[0] === 'help' ? typed.slice(1) : typed
  const found = typed.length > 1 && findTyped(command.slice(0, -1), commands)
  if (!found || command !== typed) {
    const isCode = command !== typed && last.startsWith('E_')
    return { candidates: matching(isCode ? await errorCodes() : nextWords(command.slice(0, -1), commands), last) }
  }

  const known = inStyle((await found.entry.load()).default, compat)
  // Its own come first: where it has a letter that all commands have, its meaning is meant.
  const options: Options = { ...known.options, ...withoutTaken(GLOBAL_OPTIONS, known.options) }
  const isEnded = known.optionsEndAtPositional ?? false
  const here = placeOf(typed.slice(found.length), options, { endAtPositional: isEnded })
  const place = { ...here, given: new Map([...leading.given, ...here.given]) }
  const ofFlag = place.option?.[0] === 'filter' ? ofFilter(found.name, { ...place, last, names }) : ofOption(place)
  if (ofFlag) return ofFlag
  if (place.mayBeFlag && last.startsWith('-')) return flagsOf(options, place, last)
  const argument = argumentAt(known, place.argumentsBefore)
  if (argument === undefined) return { candidates: [] }
  const verb = found.name === 'rm' && place.given.has('force') ? 'rm -f' : found.name
  const choice = known.positionals[argument]?.words
  const context = { last, before: '', names: (kind: NameKind) => names(kind, verb, place.given) }
  return fromValues(choice ? { words: choice } : valuesOfArgument(found.name, argument), context)
}

/** A key goes on with its values. */
function ofFilter(
  command: string,
  { last, before, given, names }: Place & Pick<Sources, 'names'> & { readonly last: string },
): Completion {
  const { values, key } = valuesOfFilter(command, last.slice(before.length))
  return fromValues(values, { last, before: `${before}${key}`, names: (kind) => names(kind, '', given) })
}

interface FoundTyped {
  readonly name: string
  readonly entry: CommandEntry
  /** of how many words its name is */
  readonly length: number
}

/** The command with the longest name that the words begin with. */
function findTyped(words: readonly string[], commands: Sources['commands']): FoundTyped | undefined {
  for (let length = Math.min(3, words.length); length > 0; length--) {
    const typed = words.slice(0, length).join(' ')
    for (const [name, entry] of Object.entries(commands)) {
      if (name === typed || entry.aliases?.includes(typed)) return { name, entry, length }
    }
  }
  return undefined
}

/** What `help` knows besides commands. */
async function errorCodes(): Promise<Candidate[]> {
  const { ERROR_AREAS } = await import('../../base/error-codes.ts')
  const codes = Object.values(ERROR_AREAS).flatMap((area) => Object.entries(area))
  return codes.map(([word, [about]]) => ({ word, about }))
}

/** Words that names of commands go on with behind these. */
function nextWords(words: readonly string[], commands: Sources['commands']): Candidate[] {
  const before = words.map((word) => `${word} `).join('')
  const next = new Map<string, string>(words.length === 0 ? [['help', 'Show how a command is used']] : [])
  for (const [name, entry] of Object.entries(commands)) {
    if (entry.hidden) continue
    for (const typed of [name, ...(entry.aliases ?? [])]) {
      if (!typed.startsWith(before)) continue
      const [word = '', more] = typed.slice(before.length).split(' ')
      if (more === undefined) next.set(word, entry.summary)
      else if (!next.has(word)) next.set(word, `Commands: ${before}${word}`)
    }
  }
  return [...next].map(([word, about]) => ({ word, about })).sort((one, other) => (one.word < other.word ? -1 : 1))
}

/** One that was given is not given again, unless it is a list. A letter is offered where nothing else is typed. */
function flagsOf(options: Options, { given }: Place, last: string): Completion {
  const flags = Object.entries(options).flatMap(([name, option]) => {
    const isList = option.type === 'string' && option.array === true
    if (option.hidden || (given.has(name) && !isList)) return []
    const letters = last === '-' ? aliasesOf(option).filter((alias) => alias.length === 1) : []
    const about = option.describe
    return [...letters.map((letter) => ({ word: `-${letter}`, about })), { word: `--${name}`, about }]
  })
  const first = flags.filter(({ word }, index) => flags.findIndex((flag) => flag.word === word) === index)
  return { candidates: matching(first, last) }
}

function argumentAt({ positionals }: AnyCommand, index: number): string | undefined {
  const all = Object.entries(positionals)
  const [name, { array = false } = {}] = all[index] ?? all.at(-1) ?? []
  return index < all.length || array ? name : undefined
}

interface Typed {
  readonly last: string
  /** of the last word, what comes before the value */
  readonly before: string
  names(kind: NameKind): readonly LiveName[]
}

function fromValues(
  { names: kinds = [], words = [], longer = [], suffix = '', paths }: Values,
  typed: Typed,
): Completion {
  const { last, before, names } = typed
  const isFitting = (word: string): boolean => word.startsWith(last)
  const found = kinds.flatMap((kind) =>
    names(kind).flatMap(({ name, about }) => {
      const word = shorterNames(name, kind).find((shorter) => isFitting(`${before}${shorter}`))
      return word === undefined ? [] : [{ word: `${before}${word}${suffix}`, about }]
    }),
  )
  const hasBegun = last.length > before.length + 1
  const fixed = [...words, ...(hasBegun ? longer : [])].map((word) => ({ word: `${before}${word}`, about: '' }))
  const candidates = [...found, ...matching(fixed, last)]
  const goesOn = candidates.some(({ word }) => /[:=]$/.test(word))
  return { candidates, ...(paths && { paths }), ...(goesOn && { goesOn }) }
}

/** An image may be called without its registry, and without what else is in front. */
function shorterNames(name: string, kind: NameKind): string[] {
  if (kind !== 'image' && kind !== 'manifest') return [name]
  const parts = name.split('/')
  return parts.map((_, index) => parts.slice(index).join('/'))
}

function matching(candidates: readonly Candidate[], last: string): Candidate[] {
  return candidates.filter(({ word }) => word.startsWith(last))
}
