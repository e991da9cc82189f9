import xterm, { type Terminal as Emulator } from '@xterm/headless'
import { openTerminal, type TerminalOptions } from './terminal.ts'

/** Nothing that is waited for takes longer. */
const PATIENCE_MS = 20_000

/** A program on a terminal whose screen can be looked at, as a person would see it. */
export interface Screen extends AsyncDisposable {
  /** the rows, without what is empty at their ends */
  lines(): readonly string[]
  text(): string
  /** Waits until the screen shows it. */
  until(pattern: RegExp): Promise<void>
  /** Waits until the screen does not show it. */
  untilGone(pattern: RegExp): Promise<void>
  /** Waits until the main screen, or the alternate one, is shown. */
  untilScreen(which: 'main' | 'alternate'): Promise<void>
  type(text: string): void
  resize(rows: number, columns: number): void
  kill(signal: NodeJS.Signals): void
  /** all that was written to the terminal, as it came */
  written(): string
  becomes(mode: 'raw' | 'cooked'): Promise<void>
  settings(): Promise<string>
  pid(): Promise<number>
  exitCode(): Promise<number>
  readonly emulator: Emulator
}

/** As `openTerminal`, with what is written drawn. */
export function openScreen(argv: readonly string[], options: TerminalOptions = {}): Screen {
  const { rows = 24, columns = 80 } = options
  const emulator = new xterm.Terminal({ rows, cols: columns, allowProposedApi: true, scrollback: 1000 })
  let looks: (() => void)[] = []
  const look = (): void => {
    const all = looks
    looks = []
    for (const one of all) one()
  }
  const terminal = openTerminal(argv, { ...options, onOutput: (bytes) => emulator.write(bytes, look) })
  const lines = (): string[] => {
    const { active } = emulator.buffer
    return Array.from({ length: emulator.rows }, (_, row) =>
      (active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd(),
    )
  }
  const text = (): string => lines().join('\n')
  const becomesSo = async (what: string, isSo: () => boolean): Promise<void> => {
    const deadline = performance.now() + PATIENCE_MS
    while (!isSo()) {
      const left = deadline - performance.now()
      if (left <= 0) throw new Error(`the screen did not come to ${what}; it is:\n${text()}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        looks.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }
  return {
    emulator,
    lines,
    text,
    until: (pattern) => becomesSo(`show ${pattern}`, () => pattern.test(text())),
    untilGone: (pattern) => becomesSo(`lose ${pattern}`, () => !pattern.test(text())),
    untilScreen: (which) =>
      becomesSo(
        `be the ${which} one`,
        () => emulator.buffer.active.type === (which === 'main' ? 'normal' : 'alternate'),
      ),
    type: terminal.type,
    resize(rows, columns) {
      emulator.resize(columns, rows)
      terminal.resize(rows, columns)
    },
    kill: terminal.kill,
    written: terminal.text,
    becomes: terminal.becomes,
    settings: terminal.settings,
    pid: terminal.pid,
    exitCode: terminal.exitCode,
    async [Symbol.asyncDispose]() {
      await terminal[Symbol.asyncDispose]()
      emulator.dispose()
    },
  }
}
