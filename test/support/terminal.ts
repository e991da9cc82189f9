import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { startChild } from '../../base/child.ts'
import { CHECKOUT } from './tspod.ts'

/** No wait for a terminal takes longer. */
const PATIENCE_MS = 20_000

/** A program on a terminal of its own. */
export interface Terminal extends AsyncDisposable {
  /** as keys: `\r` for return, `\x03` for ^C, `\x04` for ^D */
  type(text: string): void
  resize(rows: number, columns: number): void
  kill(signal: NodeJS.Signals): void
  /** Waits until the terminal has shown this since the last call; resolves with all that was shown up to it. */
  shows(text: string): Promise<string>
  /** all that was ever shown */
  text(): string
  /** what the line discipline of the caller's terminal is set to */
  mode(): Promise<string>
  /** Waits until the mode is that one: who is killed cannot say when it has been put back. */
  becomes(mode: 'raw' | 'cooked'): Promise<void>
  /** all that the line discipline is set to */
  settings(): Promise<string>
  pid(): Promise<number>
  exitCode(): Promise<number>
}

export interface TerminalOptions {
  readonly rows?: number
  readonly columns?: number
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** what the program wrote, as it comes */
  readonly onOutput?: (bytes: Uint8Array) => void
}

/** Starts a program as the foreground job of a new terminal. See pty.py. */
export function openTerminal(argv: readonly string[], options: TerminalOptions = {}): Terminal {
  const { rows = 24, columns = 80, onOutput, ...place } = options
  const driver = startChild(
    '/usr/bin/python3',
    [join(CHECKOUT, 'test/support/pty.py'), `${rows}`, `${columns}`, ...argv],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      ...place,
    },
  )
  const words = readWords(driver, onOutput)
  const tell = (line: string): void => void driver.stdin?.write(`${line}\n`)
  const mode = async (): Promise<string> => {
    const asked = words.modes.length
    tell('mode')
    await words.until('its mode', () => words.modes.length > asked)
    return words.modes.at(-1) ?? ''
  }
  const settings = async (): Promise<string> => {
    const asked = words.settings.length
    tell('settings')
    await words.until('its settings', () => words.settings.length > asked)
    return words.settings.at(-1) ?? ''
  }
  let shownTo = 0
  return {
    type: (text) => tell(`type ${Buffer.from(text).toString('hex')}`),
    resize: (rows, columns) => tell(`size ${rows} ${columns}`),
    kill: (signal) => tell(`kill ${signal}`),
    async shows(text) {
      await words.until(JSON.stringify(text), () => words.text().indexOf(text, shownTo) >= 0)
      const from = shownTo
      shownTo = words.text().indexOf(text, from) + text.length
      return words.text().slice(from, shownTo)
    },
    text: words.text,
    mode,
    async becomes(wanted) {
      const deadline = Date.now() + PATIENCE_MS
      while ((await mode()) !== wanted)
        if (Date.now() > deadline) throw new Error(`the terminal does not become ${wanted}`)
    },
    settings,
    async pid() {
      await words.until('its process', () => words.pid() !== undefined)
      return words.pid() ?? -1
    },
    async exitCode() {
      await words.until('its end', () => words.exit() !== undefined)
      return words.exit() ?? -1
    },
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => driver.once('close', resolve))
      driver.stdin?.end()
      await gone
    },
  }
}

/** What the driver says: output, mode and end. */
function readWords(driver: ChildProcess, onOutput: (bytes: Uint8Array) => void = () => {}) {
  let text = ''
  let rest = ''
  let exit: number | undefined
  let wake: () => void = () => {}
  let pid: number | undefined
  const modes: string[] = []
  const settings: string[] = []
  const decoder = new TextDecoder()
  driver.stdin?.on('error', () => {})
  driver.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [word, value = ''] = line.split(' ')
      if (word === 'out') {
        const bytes = Buffer.from(value, 'hex')
        text += decoder.decode(bytes, { stream: true })
        onOutput(bytes)
      }
      if (word === 'mode') modes.push(value)
      if (word === 'settings') settings.push(value)
      if (word === 'pid') pid = Number(value)
      if (word === 'exit') exit = Number(value)
    }
    wake()
  })
  return {
    modes,
    settings,
    pid: () => pid,
    text: () => text,
    exit: () => exit,
    async until(what: string, isSo: () => boolean): Promise<void> {
      const late = AbortSignal.timeout(PATIENCE_MS)
      while (!isSo()) {
        await new Promise<void>((resolve, reject) => {
          wake = resolve
          late.onabort = () => reject(new Error(`the terminal did not show ${what}, but ${JSON.stringify(text)}`))
          if (late.aborted) late.onabort(new Event('abort'))
        })
      }
    },
  }
}
