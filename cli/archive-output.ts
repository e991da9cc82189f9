import { TspodError } from '../base/errors.ts'
import type { OutputStream } from './command-io.ts'

/**
 * Where an archive goes: the file, or stdout.
 * @throws {TspodError} E_TERMINAL: stdout is one
 */
export function archiveOutput(file: string | undefined, stdout: OutputStream) {
  return file !== undefined && file !== '-' ? file : archiveStream(stdout)
}

/** As `archiveOutput`, where it goes to stdout in any case. */
export function archiveStream(stdout: OutputStream) {
  if (stdout.isTerminal()) {
    throw new TspodError('E_TERMINAL', 'an archive is nothing for a terminal', {
      hint: 'write it into a file with --output, or into a pipe',
    })
  }
  return { write: (bytes: Uint8Array) => stdout.write(bytes), commit: () => {}, [Symbol.dispose]: () => {} }
}
