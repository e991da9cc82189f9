import { nearest } from '../../base/nearest.ts'
import { CAPABILITIES } from '../plan/constants.ts'
import { badValue } from './bad-value.ts'

export const ALL = 'ALL'

/**
 * Names of `--cap-add` and `--cap-drop` as capabilities(7) writes them, or `ALL`: with or without
 * `CAP_`, in either case, several with commas.
 *
 * @throws {TspodError} E_UNKNOWN_CAPABILITY: with the nearest known one
 */
export function parseCapabilities(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(',')).map(parseCapability)
}

function parseCapability(text: string): string {
  const word = text.trim().toUpperCase()
  if (word === ALL) return ALL
  const name = word.startsWith('CAP_') ? word : `CAP_${word}`
  const known: readonly string[] = CAPABILITIES
  if (known.includes(name)) return name
  const meant = nearest(name, known)
  throw badValue(
    'E_UNKNOWN_CAPABILITY',
    'capability',
    text,
    'there is none of this name',
    meant && `did you mean ${meant}?`,
  )
}
