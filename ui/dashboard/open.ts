import { oneLine } from '../text/printable.ts'
import { type EffectRunner, effectRunner } from './carry-out.ts'
import { startGuard } from './guard.ts'
import type { Happening } from './happening.ts'
import { startLive } from './live.ts'
import { initialModel } from './model.ts'
import { reduce } from './reduce.ts'
import { catchSignals } from './signals.ts'
import type { DashboardSource } from './source.ts'
import { takeTerminal } from './terminal.tsx'
import { takeTurns } from './turns.ts'

/** What is drawn while a terminal changes its size may be for one that it has no longer, and is somewhere on it then. */
const SETTLED_MS = 150

/**
 * Shows the dashboard on the terminal that stdin and stdout are, until the user leaves it. Resolves
 * with the signal that ended it, where one did; the terminal is as it was then, too.
 */
export async function openDashboard(
  source: DashboardSource,
  options: { readonly hasColour: boolean },
): Promise<NodeJS.Signals | undefined> {
  const guard = await startGuard()
  const { ended, finish, fail } = ending()
  let model = initialModel(terminalSize(), Date.now())
  let drawing: NodeJS.Immediate | undefined
  const dispatch = (happening: Happening): void => {
    const [next, effects] = reduce(model, happening)
    model = next
    drawing ??= setImmediate(draw)
    for (const effect of effects) runner.carryOut(effect)
  }
  const draw = (): void => {
    drawing = undefined
    turns.draw()
  }
  let settling: NodeJS.Timeout | undefined
  const resized = (): void => {
    dispatch({ type: 'resize', ...terminalSize() })
    clearTimeout(settling)
    settling = setTimeout(() => turns.repaint(), SETTLED_MS)
  }
  const signals = catchSignals({
    stop: () => runner.carryOut({ type: 'suspend' }),
    again: () => runner.carryOut({ type: 'redraw' }),
    end: finish,
    fail,
  })
  const screen = { ...options, model: () => model, dispatch, guard, onGone: finish, onFailure: fail }
  const turns = takeTurns(() => {
    model = reduce(model, { type: 'resize', ...terminalSize() })[0]
    return takeTerminal(screen)
  }, fail)
  const runner = effectRunner({
    source,
    dispatch,
    lend: turns.lend,
    lendTo: guard.lendTo,
    refresh: () => live.refresh(),
    stopJob: signals.stopJob,
    finish,
  })
  const live = startLive({ source, model: () => model, dispatch, isAway: () => !turns.isOurs() })
  process.stdout.on('resize', resized)
  process.stdout.on('error', finish)
  try {
    await ended
  } finally {
    live.stop()
    runner.end()
    clearImmediate(drawing)
    clearTimeout(settling)
    process.stdout.off('resize', resized)
    await turns.end()
    guard.end()
  }
  const signal = signals.release()
  // With the terminal as it was ctrl-c ends what takes too long.
  if (signal === undefined) await waitFor(runner)
  return signal
}

async function waitFor(runner: EffectRunner): Promise<void> {
  const unfinished = runner.unfinished()
  if (unfinished.length > 0) tell(`${unfinished.join(', ')}: ctrl-c to leave it at that`)
  for (const problem of await runner.settled()) tell(`error: ${problem}`)
}

function tell(line: string): void {
  process.stderr.write(`${oneLine(line)}\n`)
}

function ending(): {
  readonly ended: Promise<void>
  readonly finish: () => void
  readonly fail: (error: unknown) => void
} {
  let finish = (): void => {}
  let fail = (_error: unknown): void => {}
  const ended = new Promise<void>((resolve, reject) => {
    finish = resolve
    fail = reject
  })
  return { ended, finish, fail }
}

/** A terminal that does not know its size is as large as the oldest ones. */
function terminalSize(): { readonly rows: number; readonly columns: number } {
  return { rows: process.stdout.rows || 24, columns: process.stdout.columns || 80 }
}
