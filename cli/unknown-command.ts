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
  const hint = meant === undefined ? hintFor(noun, words[0] ?? '') : `did you mean "tspod ${meant}"?`
  return new TspodError('E_UNKNOWN_COMMAND', `unknown command: ${typedName(words)}`, { hint })
}

function hintFor(noun: string | undefined, word: string): string {
  return noun === undefined ? (nearlyNotYet(word) ?? 'see "tspod --help"') : `see "tspod ${noun} --help"`
}
