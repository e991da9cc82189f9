import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { isatty } from 'node:tty'
import { TspodError } from '../base/errors.ts'

const STDIN = 0
const STDERR = 2
/** What a shell says of a command that ^C ended. Source: bash(1), "EXIT STATUS". */
const INTERRUPTED_STATUS = 130

/** Asks on the terminal, and shows what is typed. @throws {TspodError} E_NO_TERMINAL, E_INTERRUPTED */
export async function askLine(question: string): Promise<string> {
  return await ask(question, true)
}

/** Asks on the terminal, and shows nothing of what is typed. @throws {TspodError} E_NO_TERMINAL, E_INTERRUPTED */
export async function askSecret(question: string): Promise<string> {
  return await ask(question, false)
}

async function ask(question: string, isShown: boolean): Promise<string> {
  if (!isatty(STDIN) || !isatty(STDERR)) {
    throw new TspodError('E_NO_TERMINAL', 'there is no terminal to ask for a login on', {
      hint: 'give --username and --password-stdin, and the password on stdin',
    })
  }
  // The terminal is in raw mode meanwhile: readline draws what is typed, on what it is given to draw on.
  let isMuted = false
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!isMuted) process.stderr.write(chunk)
      done()
    },
  })
  const terminal = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 })
  try {
    const answer = new Promise<string>((resolve, reject) => {
      terminal.once('SIGINT', () => reject(interrupted()))
      terminal.once('close', () => reject(interrupted()))
      terminal.question(question).then(resolve, reject)
    })
    isMuted = !isShown
    return await answer
  } finally {
    terminal.close()
    if (isMuted) process.stderr.write('\n')
  }
}

function interrupted(): TspodError {
  return new TspodError('E_INTERRUPTED', 'nothing was entered', { exitCode: INTERRUPTED_STATUS })
}
