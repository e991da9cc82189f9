import { followLog } from './follow-log.ts'
import type { Effect, Happening } from './happening.ts'
import type { DashboardSource, Target, Verb } from './source.ts'
import { targetName, verbDoing, withName } from './words.ts'

export interface EffectContext {
  readonly source: DashboardSource
  readonly dispatch: (happening: Happening) => void
  /** gives the terminal to somebody else for as long as that takes */
  readonly lend: (use: () => Promise<void> | void) => void
  /** a process of ours has it for that time */
  readonly lendTo: (pid: number) => void
  readonly refresh: () => void
  readonly stopJob: () => void
  readonly finish: () => void
}

export interface EffectRunner {
  carryOut(effect: Effect): void
  /** Ends what nobody looks at any more. */
  end(): void
  /** What was begun and is not over, in words. */
  unfinished(): readonly string[]
  /** Waits for it, however that ends. Resolves with what went wrong since `end`. */
  settled(): Promise<readonly string[]>
}

type Handlers = { readonly [T in Effect['type']]: (effect: Extract<Effect, { readonly type: T }>) => void }

/** Has done what the model wants done; what comes of it is told by `dispatch`, errors, too. */
export function effectRunner(context: EffectContext): EffectRunner {
  const { source, dispatch, lend, lendTo } = context
  const over = new AbortController()
  const pending = new Map<Promise<void>, string>()
  const problems: string[] = []
  let endLog = (): void => {}
  const act = async (verb: Verb, target: Target): Promise<void> => {
    try {
      await source.act(verb, target)
      dispatch({ type: 'acted', verb, target })
    } catch (error) {
      const problem = withName(source.describeError(error), target)
      if (over.signal.aborted) problems.push(problem)
      dispatch({ type: 'acted', verb, target, problem })
    }
  }
  const attempt = (target: Target, read: () => Happening): void => {
    try {
      dispatch(read())
    } catch (error) {
      dispatch({ type: 'notice', text: withName(source.describeError(error), target), isError: true })
    }
  }
  const shell = async (target: Target): Promise<void> => {
    const problem = await source.shell(target.id, over.signal, lendTo)
    if (problem !== undefined) dispatch({ type: 'notice', text: withName(problem, target), isError: true })
  }
  const handlers: Handlers = {
    act({ verb, target }) {
      const acting = act(verb, target).finally(() => pending.delete(acting))
      pending.set(acting, `${verbDoing(verb)} ${targetName(target)}`)
    },
    'open-logs'({ target }) {
      endLog = followLog(source, target, dispatch)
    },
    'close-logs': () => endLog(),
    inspect: ({ target }) => attempt(target, () => ({ type: 'inspected', target, value: source.inspect(target) })),
    top: ({ target }) => attempt(target, () => ({ type: 'processes', target, table: source.top(target.id) })),
    shell: ({ target }) => lend(() => shell(target)),
    copy: ({ text }) => void process.stdout.write(copySequence(text)),
    refresh: () => context.refresh(),
    // As the terminal does it: to all of our job. We go on when we are continued.
    suspend: () => lend(() => context.stopJob()),
    redraw: () => lend(() => {}),
    quit: () => context.finish(),
  }
  return {
    carryOut: (effect) => handlers[effect.type](effect as never),
    end() {
      over.abort()
      endLog()
    },
    unfinished: () => [...pending.values()],
    async settled() {
      await Promise.allSettled(pending.keys())
      return problems
    },
  }
}

/** Has the terminal put a text into the clipboard, wherever that is. Source: xterm, ctlseqs, OSC 52. */
function copySequence(text: string): string {
  return `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`
}
