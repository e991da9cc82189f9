import { TspodError } from '../base/errors.ts'
import type { CommandEntry } from './commands/index.ts'
import { findNoun, NOUNS, typedName } from './find-command.ts'
import { meantCommand } from './meant-command.ts'
import { nearlyNotYet, notYet } from './not-yet.ts'

/**
 * The error for words that begin with no command: E_NOT_YET or E_UNSUPPORTED where docker or podman has it, else
 * E_UNKNOWN_COMMAND with the nearest name as a hint. Loaded for it alone.
 */
export function unknownCommand(commands: Readonly<Record<string, CommandEntry>>, words: readonly string[]): TspodError {
  const later = notYet(words)
  if (later) return later
  const noun = findNoun(words)
  const names = Object.entries(commands).flatMap(([name, entry]) =>
    entry.hidden ? [] : [name, ...(entry.aliases ?? [])],
  )
  const meant = meantCommand(words, { noun, nouns: NOUNS, names })
  const nearlyLater = meant === undefined && noun === undefined ? nearlyNotYet(words[0] ?? '') : undefined
  if (nearlyLater) return nearlyLater
  return new TspodError('E_UNKNOWN_COMMAND', `unknown command: ${typedName(words)}`, {
    hint: meant ? `did you mean "tspod ${meant}"?` : `see "tspod ${noun === undefined ? '' : `${noun} `}--help"`,
  })
}
