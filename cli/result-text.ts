import { printableLines } from '../ui/text/printable.ts'
import { asText } from './ci.ts'
import type { CommandResult } from './command.ts'
import type { OutputStream } from './command-io.ts'
import type { CliConfig } from './config.ts'

/** Where the lines go, and what was typed. */
interface Reader {
  readonly config: Pick<CliConfig, 'ci' | 'commandLine'>
  readonly stdout: Pick<OutputStream, 'isTerminal'>
}

/**
 * The lines of a result as they are written. A terminal gets none of the control characters that names, labels and
 * files of others may hold, but the colours of a template that was typed with some; any other reader gets every byte.
 */
export function resultText({ lines = [], coloured = false }: CommandResult, { config, stdout }: Reader): string {
  const text = lines.map((line) => `${config.ci ? asText(config.ci, line) : line}\n`).join('')
  if (!stdout.isTerminal()) return text
  return printableLines(text, { colours: coloured || config.commandLine.some((word) => word.includes('\u001b[')) })
}
