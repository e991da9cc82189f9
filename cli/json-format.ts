import type { AnyCommand } from './command.ts'
import type { ParsedCommand } from './parse-command.ts'

/**
 * `--json` behind a command whose result can be JSON by `--format` asks for that, too, where no other format and no
 * `--quiet` is given: who has errors as JSON would not read a table. Pure.
 *
 * @param argv behind the command
 */
export function withJsonFormat(
  { options }: Pick<AnyCommand, 'options'>,
  { args, globals }: ParsedCommand,
  argv: readonly string[],
): ParsedCommand['args'] {
  const { format } = options
  if (globals['json'] !== true || format?.type !== 'string' || format.array || args['quiet'] === true) return args
  const isGiven = args['format'] !== undefined && (args['format'] !== format.default || argv.some(isFormatFlag))
  const canBeJson = format.choices?.includes('json') ?? format.placeholder?.startsWith('json')
  return isGiven || !canBeJson ? args : { ...args, format: 'json' }
}

function isFormatFlag(word: string): boolean {
  return word === '--format' || word.startsWith('--format=')
}
