import type { CommandEntry } from './commands/index.ts'
import type { CliConfig } from './config.ts'

/** What a command may use besides the engine: its configuration and the three streams. */
export interface CommandIo {
  readonly config: CliConfig
  /** results; a reader that has gone ends the process quietly */
  readonly stdout: OutputStream
  /** everything that is not a result */
  readonly stderr: OutputStream
  /** all commands, for the one that completes their names */
  readonly commands: Readonly<Record<string, CommandEntry>>
}

export interface OutputStream {
  isTerminal(): boolean
  /** of the terminal; 80 where it is none */
  columns(): number
  write(chunk: string | Uint8Array): void
}
