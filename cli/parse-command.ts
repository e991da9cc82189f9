import type { AnyCommand } from './command.ts'
import { badArguments } from './flags/errors.ts'
import { normaliseArgv } from './flags/normalise.ts'
import { camelCase, type Option, type Options, type Positionals } from './flags/option.ts'

/** Names of options and positionals in camel case. */
export type ParsedArguments = Readonly<Record<string, unknown>>

export interface ParsedCommand {
  readonly args: ParsedArguments
  /** what the flags that every command has were set to */
  readonly globals: ParsedArguments
  /** help was asked for; the arguments are not checked then */
  readonly wantsHelp: boolean
}

/**
 * The arguments of `command`, whose own name has been taken off `argv`.
 *
 * @throws {TspodError} E_UNKNOWN_FLAG, E_BAD_FLAG, E_BAD_ARGUMENTS
 */
export function parseCommand(command: AnyCommand, argv: readonly string[], globals: Options): ParsedCommand {
  const shared = withoutTaken(globals, command.options)
  const options = { ...shared, ...command.options }
  const name = commandName(command)
  const { flags, positionals } = normaliseArgv(argv, options, {
    usage: name,
    endAtPositional: command.optionsEndAtPositional ?? false,
  })
  const values = optionValues(flags, options)
  const wantsHelp = 'help' in shared && values['help'] === true
  const words = wantsHelp ? {} : positionalValues(positionals, command.positionals, name)
  return { args: { ...words, ...pick(values, command.options) }, globals: pick(values, shared), wantsHelp }
}

/** Reads the flags before the command's name. `rest` begins with that name. */
export function parseGlobals(
  argv: readonly string[],
  globals: Options,
): { readonly globals: ParsedArguments; readonly rest: readonly string[] } {
  const { flags, positionals } = normaliseArgv(argv, globals, { usage: '', endAtPositional: true })
  return { globals: pick(optionValues(flags, globals), globals), rest: positionals }
}

/** `network create [options] NAME` is the command `network create`. */
export function commandName(command: AnyCommand): string {
  return /^[a-z][a-z -]*[a-z]|^[a-z]/.exec(command.usage)?.[0] ?? ''
}

function optionValues(flags: readonly string[], options: Options): ParsedArguments {
  const given = new Map<string, string[]>()
  for (const flag of flags) {
    const equals = flag.indexOf('=')
    const name = flag.slice('--'.length, equals)
    given.set(name, [...(given.get(name) ?? []), flag.slice(equals + 1)])
  }
  const values: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(options)) values[name] = settle(option, given.get(name) ?? [])
  return values
}

/** Of all that a flag was given the last one counts, but for lists. */
function settle(option: Option, given: readonly string[]): unknown {
  const last = given.at(-1)
  if (option.type === 'boolean') {
    return last === undefined ? (option.default ?? (option.optional ? undefined : false)) : last === 'true'
  }
  if (option.type === 'number') return last === undefined ? option.default : Number(last)
  if (!option.array) return last ?? option.default
  return option.commas ? given.flatMap((value) => value.split(',')) : given
}

function positionalValues(words: readonly string[], positionals: Positionals, name: string): ParsedArguments {
  const values: Record<string, unknown> = {}
  let next = 0
  for (const [key, positional] of Object.entries(positionals)) {
    const value = positional.array ? words.slice(next) : words[next]
    next += positional.array ? words.length : 1
    if (positional.required && (value === undefined || (positional.array && value.length === 0))) {
      const choice = positional.words ? `: ${positional.describe}` : ''
      throw badArguments(`${name} needs ${describeMissing(key, positional.array ?? false)}${choice}`, name)
    }
    values[camelCase(key)] = value
  }
  const extra = words[next]
  if (extra !== undefined) throw badArguments(`${name} takes no argument ${JSON.stringify(extra)}`, name)
  return values
}

function describeMissing(key: string, many: boolean): string {
  return many ? `at least one ${key}` : `${/^[aeiou]/.test(key) ? 'an' : 'a'} ${key}`
}

function pick(values: ParsedArguments, options: Options): ParsedArguments {
  return Object.fromEntries(Object.keys(options).map((name) => [camelCase(name), values[name]]))
}

/** A command's own meaning of a flag wins: `-v` is a volume to `run`. */
export function withoutTaken(globals: Options, own: Options): Options {
  return Object.fromEntries(Object.entries(globals).filter(([name]) => !(name in own)))
}
