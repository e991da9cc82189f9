import { TspodError } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'

export function unknownFlag(flag: string, known: Iterable<string>, usage: string): TspodError {
  const meant = flag.startsWith('--') ? nearest(flag.slice(2), known) : undefined
  return new TspodError('E_UNKNOWN_FLAG', `unknown flag: ${flag}`, {
    hint: meant ? `did you mean --${meant}?` : `see "tspod ${usage} --help"`,
  })
}

export function missingValue(flag: string): TspodError {
  return new TspodError('E_BAD_FLAG', `flag needs an argument: ${flag}`)
}

export function badValue(flag: string, value: string, expected: string): TspodError {
  return new TspodError('E_BAD_FLAG', `invalid value ${JSON.stringify(value)} for ${flag}: ${expected}`)
}

export function badArguments(message: string, usage: string): TspodError {
  return new TspodError('E_BAD_ARGUMENTS', message, { hint: `see "tspod ${usage} --help"` })
}
