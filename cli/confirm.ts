import { readSync } from 'node:fs'
import { isErrno, TspodError } from '../base/errors.ts'
import type { CommandIo } from './command-io.ts'

/**
 * Asks on stdout, as docker and podman do, and reads one line. Anything but yes is no.
 *
 * @throws {TspodError} E_NOT_CONFIRMED: there is nobody to answer
 */
export function confirm({ stdout }: CommandIo, question: string): boolean {
  stdout.write(`${question}\nAre you sure you want to continue? [y/N] `)
  const answer = readLine()
  if (answer === undefined) {
    stdout.write('\n')
    throw new TspodError('E_NOT_CONFIRMED', 'nobody answered', { hint: 'use --force where nobody can be asked' })
  }
  return /^y(es)?$/i.test(answer.trim())
}

const MAX_ANSWER = 1024

/** `undefined` at the end of the input. */
function readLine(): string | undefined {
  const byte = Buffer.alloc(1)
  let line = ''
  while (line.length < MAX_ANSWER) {
    if (readByte(byte) === 0) return line === '' ? undefined : line
    if (byte[0] === 0x0a) return line
    line += byte.toString('latin1')
  }
  return line
}

function readByte(into: Buffer): number {
  for (;;) {
    try {
      return readSync(0, into)
    } catch (error) {
      if (isErrno(error, 'EOF')) return 0
      if (!isErrno(error, 'EAGAIN')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}
