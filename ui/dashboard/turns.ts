import type { OwnedTerminal } from './terminal.tsx'

/** The terminal is ours, or for a while somebody else's. */
export interface Turns {
  isOurs(): boolean
  draw(): void
  /** Draws all of it, whatever is on the screen. */
  repaint(): void
  /** Gives it away for as long as `use` takes. Nothing while it is away already. */
  lend(use: () => Promise<void> | void): void
  /** Gives it back for good, when whoever has it is done. */
  end(): Promise<void>
}

/** Takes the terminal. @param take once for each turn of ours */
export function takeTurns(take: () => OwnedTerminal, onFailure: (error: unknown) => void): Turns {
  let terminal: OwnedTerminal | undefined = take()
  let away: Promise<void> | undefined
  let isOver = false
  const leave = async (): Promise<void> => {
    const owned = terminal
    terminal = undefined
    await owned?.leave()
  }
  const lendFor = async (use: () => Promise<void> | void): Promise<void> => {
    await leave()
    try {
      await use()
    } finally {
      away = undefined
      if (!isOver) terminal = take()
    }
  }
  return {
    isOurs: () => terminal !== undefined,
    draw: () => terminal?.draw(),
    repaint: () => terminal?.repaint(),
    lend(use) {
      if (isOver || away) return
      away = lendFor(use)
      away.catch(onFailure)
    },
    async end() {
      isOver = true
      await Promise.allSettled([leave(), away])
    },
  }
}
