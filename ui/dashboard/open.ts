import { followLog } from './follow-log.ts'
import { startGuard } from './guard.ts'
import type { Effect, Happening } from './happening.ts'
import { startLive } from './live.ts'
import { initialModel } from './model.ts'
import { reduce } from './reduce.ts'
import { catchSignals } from './signals.ts'
import type { DashboardSource, Target, Verb } from './source.ts'
import { type OwnedTerminal, takeTerminal } from './terminal.tsx'

type EffectHandlers = { readonly [T in Effect['type']]: (effect: Extract<Effect, { readonly type: T }>) => void }

/**
 * Shows the dashboard on the terminal that stdin and stdout are, until the user leaves it. Resolves
 * with the signal that ended it, where one did; the terminal is as it was then, too.
 */
export async function openDashboard(
  source: DashboardSource,
  options: { readonly hasColour: boolean },
): Promise<NodeJS.Signals | undefined> {
  const guard = await startGuard()
  let model = initialModel(terminalSize(), Date.now())
  let terminal: OwnedTerminal | undefined
  let drawing: NodeJS.Immediate | undefined
  let endLog = (): void => {}
  let finish = (): void => {}
  let fail = (_error: unknown): void => {}
  const over = new Promise<void>((resolve, reject) => {
    finish = resolve
    fail = reject
  })

  const draw = (): void => {
    drawing = undefined
    terminal?.draw()
  }
  const dispatch = (happening: Happening): void => {
    const [next, effects] = reduce(model, happening)
    model = next
    drawing ??= setImmediate(draw)
    for (const effect of effects) carryOut(effect)
  }
  const take = (): void => {
    model = reduce(model, { type: 'resize', ...terminalSize() })[0]
    terminal = takeTerminal({ ...options, model: () => model, dispatch, guard })
  }
  const lend = async (use: () => Promise<void> | void): Promise<void> => {
    const owned = terminal
    if (!owned) return
    terminal = undefined
    await owned.leave()
    try {
      await use()
    } finally {
      take()
    }
  }
  const act = async (verb: Verb, target: Target): Promise<void> => {
    try {
      await source.act(verb, target)
      dispatch({ type: 'acted', verb, target })
    } catch (error) {
      dispatch({ type: 'acted', verb, target, problem: source.describeError(error) })
    }
  }
  const attempt = (read: () => Happening): void => {
    try {
      dispatch(read())
    } catch (error) {
      dispatch({ type: 'notice', text: source.describeError(error), isError: true })
    }
  }
  const shell = ({ id }: Target): Promise<void> =>
    lend(async () => {
      const problem = await source.shell(id)
      if (problem !== undefined) dispatch({ type: 'notice', text: problem, isError: true })
    })
  const inBackground = (work: Promise<void>): void => void work.catch(fail)
  const effects: EffectHandlers = {
    act: ({ verb, target }) => inBackground(act(verb, target)),
    'open-logs': ({ target }) => {
      endLog = followLog(source, target, dispatch)
    },
    'close-logs': () => endLog(),
    inspect: ({ target }) => attempt(() => ({ type: 'inspected', target, value: source.inspect(target) })),
    top: ({ target }) => attempt(() => ({ type: 'processes', target, table: source.top(target.id) })),
    shell: ({ target }) => inBackground(shell(target)),
    copy: ({ text }) => process.stdout.write(copySequence(text)),
    refresh: () => live.refresh(),
    // As the terminal does it: to all of our job. We go on behind this line when we are continued.
    suspend: () => inBackground(lend(() => signals.stopJob())),
    redraw: () => inBackground(lend(() => {})),
    quit: () => finish(),
  }
  const carryOut = (effect: Effect): void => effects[effect.type](effect as never)

  const signals = catchSignals({
    stop: () => carryOut({ type: 'suspend' }),
    again: () => carryOut({ type: 'redraw' }),
    end: finish,
    fail,
  })
  const resized = (): void => dispatch({ type: 'resize', ...terminalSize() })
  process.stdout.on('resize', resized)
  process.stdout.on('error', finish)
  const live = startLive({ source, model: () => model, dispatch, isAway: () => terminal === undefined })
  take()
  try {
    await over
  } finally {
    live.stop()
    endLog()
    clearImmediate(drawing)
    process.stdout.off('resize', resized)
    const owned = terminal
    terminal = undefined
    await owned?.leave()
    guard.end()
  }
  return signals.release()
}

/** A terminal that does not know its size is as large as the oldest ones. */
function terminalSize(): { readonly rows: number; readonly columns: number } {
  return { rows: process.stdout.rows || 24, columns: process.stdout.columns || 80 }
}

/** Has the terminal put a text into the clipboard, wherever that is. Source: xterm, ctlseqs, OSC 52. */
function copySequence(text: string): string {
  return `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`
}
