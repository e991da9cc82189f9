import { TspodError } from '../base/errors.ts'
import type { CommandEntry } from './commands/index.ts'
import { meantCommand } from './meant-command.ts'
import { nearlyNotYet, notYet } from './not-yet.ts'

/** Commands that are words before a verb: `container ls`. */
const NOUNS = [
  'builder',
  'buildx',
  'container',
  'context',
  'healthcheck',
  'image',
  'image trust',
  'manifest',
  'network',
  'pod',
  'secret',
  'system',
  'system boot',
  'system docker-alias',
  'volume',
]

export interface FoundCommand {
  readonly name: string
  readonly entry: CommandEntry
  /** what follows the command's name */
  readonly argv: readonly string[]
}

/** The noun that `words` begin with. */
export function findNoun(words: readonly string[]): string | undefined {
  return NOUNS.findLast((known) => `${words.slice(0, 2).join(' ')} `.startsWith(`${known} `))
}

/**
 * Finds the command that `words` begin with, by its name or another spelling of it.
 *
 * @throws {TspodError} E_UNKNOWN_COMMAND, with the nearest name as a hint; E_NOT_YET, E_UNSUPPORTED: docker or podman has it
 */
export function findCommand(
  commands: Readonly<Record<string, CommandEntry>>,
  words: readonly string[],
): FoundCommand | undefined {
  const [first] = words
  if (first === undefined) return undefined
  const noun = findNoun(words)
  const length = noun === undefined ? 1 : noun.split(' ').length + 1
  const verb = words[length - 1]
  if (noun !== undefined && (verb === undefined || verb.startsWith('-'))) return undefined
  const typed = words.slice(0, length).join(' ')
  for (const [name, entry] of Object.entries(commands)) {
    if (name === typed || entry.aliases?.includes(typed)) return { name, entry, argv: words.slice(length) }
  }
  const later = notYet(words)
  if (later) throw later
  const names = Object.entries(commands).flatMap(([name, entry]) =>
    entry.hidden ? [] : [name, ...(entry.aliases ?? [])],
  )
  const meant = meantCommand(words, { noun, nouns: NOUNS, names })
  const nearlyLater = meant === undefined && noun === undefined ? nearlyNotYet(first) : undefined
  if (nearlyLater) throw nearlyLater
  throw new TspodError('E_UNKNOWN_COMMAND', `unknown command: ${typed}`, {
    hint: meant ? `did you mean "tspod ${meant}"?` : `see "tspod ${noun === undefined ? '' : `${noun} `}--help"`,
  })
}
