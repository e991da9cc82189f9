import { badValue, missingValue, unknownFlag } from './errors.ts'
import { aliasesOf, type Option, type Options } from './option.ts'

/** A command line in one spelling: every flag is `--name=value` under its main name. */
export interface NormalArgv {
  readonly flags: readonly string[]
  readonly positionals: readonly string[]
}

interface Known {
  readonly name: string
  readonly option: Option
}

/**
 * Reads a command line by the rules of pflag, which docker's and podman's users type by:
 * `-itd`, `-eA=B`, `-e A=B`, `--env=A=B`, `--rm=false`, `--`; flags and words may be mixed
 * unless `endAtPositional`, where the first word ends the flags (`run alpine ls -la`).
 *
 * @throws {TspodError} E_UNKNOWN_FLAG, E_BAD_FLAG
 */
export function normaliseArgv(
  argv: readonly string[],
  options: Options,
  context: { readonly usage: string; readonly endAtPositional: boolean },
): NormalArgv {
  const known = flagTable(options)
  const flags: string[] = []
  const positionals: string[] = []
  let index = 0
  const nextValue = (flag: string): string => {
    const value = argv[++index]
    if (value === undefined) throw missingValue(flag, context.usage)
    return value
  }
  const look = (name: string, flag: string): Known => {
    const found = known.get(name)
    if (!found) throw unknownFlag(flag, visibleNames(options), context.usage)
    return found
  }
  for (; index < argv.length; index++) {
    const word = argv[index] ?? ''
    if (word === '--') {
      positionals.push(...argv.slice(index + 1))
      break
    }
    if (word === '-' || !word.startsWith('-')) {
      if (context.endAtPositional) {
        positionals.push(...argv.slice(index))
        break
      }
      positionals.push(word)
    } else if (word.startsWith('--')) {
      const equals = word.indexOf('=')
      const flag = equals < 0 ? word : word.slice(0, equals)
      const { name, option } = look(flag.length > 3 ? flag.slice(2) : `--${flag}`, flag)
      if (equals >= 0) flags.push(oneFlag(name, option, word.slice(equals + 1), flag))
      else if (option.type === 'boolean') flags.push(`--${name}=true`)
      else if ('implied' in option && option.implied !== undefined) flags.push(`--${name}=${option.implied}`)
      else flags.push(oneFlag(name, option, nextValue(flag), flag))
    } else {
      flags.push(...shortFlags(word, look, nextValue))
    }
  }
  return { flags, positionals }
}

/** `-itd`, `-eA=B`, `-t=false`: letters up to one that takes a value, which is the rest. */
function shortFlags(
  word: string,
  look: (name: string, flag: string) => Known,
  nextValue: (flag: string) => string,
): string[] {
  const flags: string[] = []
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at)
    const flag = `-${letter}`
    const { name, option } = look(letter, word.length > 2 ? `${flag} in ${word}` : flag)
    const rest = word.slice(at + 1)
    if (option.type !== 'boolean') {
      const value = rest === '' ? nextValue(flag) : rest.startsWith('=') ? rest.slice(1) : rest
      return [...flags, oneFlag(name, option, value, flag)]
    }
    if (rest.startsWith('=')) return [...flags, oneFlag(name, option, rest.slice(1), flag)]
    flags.push(`--${name}=true`)
  }
  return flags
}

function oneFlag(name: string, option: Option, value: string, flag: string): string {
  switch (option.type) {
    case 'boolean':
      return `--${name}=${parseBoolean(value, flag)}`
    case 'number': {
      const number = /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
      if (!Number.isFinite(number)) throw badValue(flag, value, 'not a number')
      if (option.minimum !== undefined && number < option.minimum) {
        throw badValue(flag, value, `must be at least ${option.minimum}`)
      }
      return `--${name}=${number}`
    }
    case 'string':
      if (!option.array && option.choices && !option.choices.includes(value)) {
        throw badValue(flag, value, `must be one of ${option.choices.join(', ')}`)
      }
      return `--${name}=${value}`
  }
}

/** Source: Go's strconv.ParseBool, which pflag uses. */
function parseBoolean(value: string, flag: string): boolean {
  if (/^(1|t|T|true|True|TRUE)$/.test(value)) return true
  if (/^(0|f|F|false|False|FALSE)$/.test(value)) return false
  throw badValue(flag, value, 'must be true or false')
}

function flagTable(options: Options): Map<string, Known> {
  const table = new Map<string, Known>()
  for (const [name, option] of Object.entries(options)) {
    table.set(name, { name, option })
    for (const alias of aliasesOf(option)) table.set(alias, { name, option })
  }
  return table
}

function visibleNames(options: Options): string[] {
  return Object.keys(options).filter((name) => !options[name]?.hidden)
}
