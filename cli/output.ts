import { writeSync } from 'node:fs'
import { isErrno, reasonOf, TspodError } from '../base/errors.ts'
import { isTerminal } from '../base/terminal.ts'
import type { OutputStream } from './command-io.ts'

/** Nobody reads our results any more. It ends the process without a word. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}

/** The status of a program that SIGPIPE ended, as for any other filter in the pipeline. Source: signal(7), bash(1) "EXIT STATUS". */
export const CLOSED_OUTPUT_STATUS = 141

/**
 * A standard stream by its descriptor, written at once: nothing is lost at exit, and the
 * stream classes of node, 2 ms to load, are not needed.
 */
export function openOutput(fd: 1 | 2, env: Readonly<Record<string, string | undefined>>): OutputStream {
  return {
    isTerminal: () => isTerminal(fd),
    columns: () => columnsOf(fd, env),
    write: (chunk) => writeFully(fd, typeof chunk === 'string' ? Buffer.from(chunk) : chunk),
  }
}

function writeFully(fd: 1 | 2, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(fd, bytes, offset)
    } catch (error) {
      if (isErrno(error, 'EAGAIN')) waitForReader()
      else if (fd === 2)
        return // nowhere left to say it
      else if (isErrno(error, 'EPIPE')) throw new OutputClosed('stdout is closed', { cause: error })
      else throw new TspodError('E_OUTPUT', `could not write the output: ${reasonOf(error)}`, { cause: error })
    }
  }
}

/** Somebody we share the pipe with made it non-blocking, and it is full; node has no poll(2) for descriptors. */
function waitForReader(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
}

function columnsOf(fd: 1 | 2, env: Readonly<Record<string, string | undefined>>): number {
  const stream = isTerminal(fd) ? (fd === 1 ? process.stdout : process.stderr) : undefined
  const columns = stream?.columns ?? Number(env['COLUMNS'] ?? '')
  return Number.isInteger(columns) && columns > 0 ? columns : 80
}
