import { ReadStream } from 'node:tty'
import { type Instance, render } from 'ink'
import type { Guard } from './guard.ts'
import type { Happening } from './happening.ts'
import type { Model } from './model.ts'
import { Screen } from './screen.tsx'
import { replyFilter } from './to-keys.ts'
import { drawScreen, keepSame } from './views/screen.ts'

export interface ScreenOptions {
  readonly hasColour: boolean
  readonly model: () => Model
  readonly dispatch: (happening: Happening) => void
  readonly guard: Guard
  /** the terminal is there no longer, or something else has taken the screen away */
  readonly onGone: () => void
  readonly onFailure: (error: unknown) => void
}

/** The terminal while it is ours. */
export interface OwnedTerminal {
  /** Draws the model as it is now, where that looks different. */
  draw(): void
  /** Draws all of it, whatever is on the screen. */
  repaint(): void
  /** The terminal is as it was before, and nobody reads from it, when this resolves. */
  leave(): Promise<void>
}

/**
 * Home, and nothing on the screen: the alternate one begins with the cursor where it was on the other, in
 * whatever column that is, and what is drawn begins where the cursor is. Source: xterm, ctlseqs, ED and CUP.
 */
const CLEAR = '\u001b[H\u001b[2J'
/**
 * How wide a character is terminals do not agree on. One that is wider than we take it for is cut off at
 * the edge, where it would else begin a line and move all others. Source: xterm, ctlseqs, DECAWM.
 */
const NO_WRAP = '\u001b[?7l'
const WRAP = '\u001b[?7h'

/** Takes the terminal: alternate screen, no cursor, every key to us. */
export function takeTerminal(options: ScreenOptions): OwnedTerminal {
  const { hasColour, model, dispatch, guard, onGone, onFailure } = options
  guard.take()
  // Each time a new one: it reads nothing that is meant for whoever has the terminal after us.
  const stdin = new ReadStream(0)
  const read = stdin.read.bind(stdin)
  const withoutReplies = replyFilter()
  stdin.read = (size) => {
    const input: unknown = read(size)
    return typeof input === 'string' ? withoutReplies(input) : input
  }
  stdin.on('error', onGone)
  stdin.on('end', onGone)
  let lines = drawScreen(model())
  const screen = () => <Screen lines={lines} columns={model().columns} hasColour={hasColour} dispatch={dispatch} />
  const instance: Instance = render(null, {
    stdin,
    alternateScreen: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: true,
    isScreenReaderEnabled: false,
  })
  process.stdout.write(NO_WRAP + CLEAR)
  instance.rerender(screen())
  let isLeaving = false
  instance.waitUntilExit().then(() => isLeaving || onGone(), onFailure)
  return {
    draw() {
      const next = keepSame(lines, drawScreen(model()))
      if (next === lines) return
      lines = next
      instance.rerender(screen())
    },
    repaint() {
      instance.clear() // ink forgets what it takes to be there
      process.stdout.write(CLEAR)
      instance.rerender(screen())
    },
    async leave() {
      isLeaving = true
      instance.unmount()
      await instance.waitUntilExit()
      process.stdout.write(WRAP)
      if (stdin.isRaw) stdin.setRawMode(false)
      stdin.destroy()
      guard.giveBack()
    },
  }
}
