import { TspodError } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'

export function unknownFlag(flag: string, known: Iterable<string>, usage: string): TspodError {
  const meant = flag.startsWith('--') ? nearest(flag.slice(2), known) : withOneDash(flag, [...known])
  return new TspodError('E_UNKNOWN_FLAG', `unknown flag: ${flag}`, {
    hint: meant ? `did you mean --${meant}?` : seeHelp(usage),
  })
}

/** `-n in -name`: a name that should have two dashes. Two or three letters may be meant as such. */
function withOneDash(flag: string, known: readonly string[]): string | undefined {
  const [, name = ''] = / in -([^=]+)/.exec(flag) ?? []
  if (known.includes(name)) return name
  return name.length > 3 ? nearest(name, known) : undefined
}

export function missingValue(flag: string, usage: string): TspodError {
  return new TspodError('E_BAD_FLAG', `flag needs an argument: ${flag}`, { hint: seeHelp(usage) })
}

export function badValue(flag: string, value: string, expected: string): TspodError {
  return new TspodError('E_BAD_FLAG', `invalid value ${JSON.stringify(value)} for ${flag}: ${expected}`)
}

export function badArguments(message: string, usage: string): TspodError {
  return new TspodError('E_BAD_ARGUMENTS', message, { hint: seeHelp(usage) })
}

/** `usage` is empty where the fault is before the command. */
function seeHelp(usage: string): string {
  return `see "${['tspod', usage, '--help'].filter(Boolean).join(' ')}"`
}
