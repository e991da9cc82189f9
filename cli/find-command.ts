import type { CommandEntry } from './commands/index.ts'

/** Commands that are words before a verb: `container ls`. */
export const NOUNS = [
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

/** What stands for a command's name at the beginning of `words`; undefined where nothing or a noun alone does. */
export function typedName(words: readonly string[]): string | undefined {
  const noun = findNoun(words)
  const length = noun === undefined ? 1 : noun.split(' ').length + 1
  const verb = words[length - 1]
  if (verb === undefined || (noun !== undefined && verb.startsWith('-'))) return undefined
  return words.slice(0, length).join(' ')
}

/** Finds the command that `words` begin with, by its name or another spelling of it. */
export function findCommand(
  commands: Readonly<Record<string, CommandEntry>>,
  words: readonly string[],
): FoundCommand | undefined {
  const typed = typedName(words)
  if (typed === undefined) return undefined
  for (const [name, entry] of Object.entries(commands)) {
    if (name === typed || entry.aliases?.includes(typed)) {
      return { name, entry, argv: words.slice(typed.split(' ').length) }
    }
  }
  return undefined
}
