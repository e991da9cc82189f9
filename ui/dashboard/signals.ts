export interface SignalHandlers {
  /** somebody wants us to stop for now */
  readonly stop: () => void
  /** we were stopped without being asked, and go on: the terminal may be anything */
  readonly again: () => void
  readonly end: () => void
  readonly fail: (error: unknown) => void
}

export interface CaughtSignals {
  /** Stops our job; returns when it goes on. */
  stopJob(): void
  /** From now on signals do what they did before. Returns the one that ended it. */
  release(): NodeJS.Signals | undefined
}

const ENDS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const

/** Nothing ends the dashboard before the terminal is put back. */
export function catchSignals({ stop, again, end, fail }: SignalHandlers): CaughtSignals {
  let ended: NodeJS.Signals | undefined
  let isStopping = false
  const onEnd = (signal: NodeJS.Signals): void => {
    ended = signal
    end()
  }
  const onContinue = (): void => {
    if (!isStopping) again()
    isStopping = false
  }
  for (const signal of ENDS) process.on(signal, onEnd)
  process.on('SIGTSTP', stop)
  process.on('SIGCONT', onContinue)
  // Who has been told of errors until now would write on a screen that goes.
  const told = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', fail)
  return {
    stopJob() {
      isStopping = true
      process.off('SIGTSTP', stop)
      process.kill(0, 'SIGTSTP')
      process.on('SIGTSTP', stop)
    },
    release() {
      for (const signal of ENDS) process.off(signal, onEnd)
      process.off('SIGTSTP', stop)
      process.off('SIGCONT', onContinue)
      process.off('uncaughtException', fail)
      for (const listener of told) process.on('uncaughtException', listener)
      return ended
    },
  }
}
