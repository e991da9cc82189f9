import { constants } from 'node:os'
import { isTerminal } from '../base/terminal.ts'
import type { Launched } from './launcher/launch.ts'

/** Signals that a container gets instead of us. Source: podman-run(1), "--sig-proxy". */
const FORWARDED: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
]

type Target = Pick<Launched, 'signal' | 'resize'>

export interface SignalProxy extends Disposable {
  /** It runs: it gets what came so far, and from now on what comes and the changes of the terminal's size. */
  to(launched: Target): void
}

/**
 * Keeps signals back that are meant for a container which is being started. The program may run,
 * and its user may have seen it run, before we know. Whoever sends a second one while nothing
 * has started means us. With `forwards: false` signals are ours, and only the terminal's size is passed on.
 */
export function proxySignals({ forwards = true }: { readonly forwards?: boolean } = {}): SignalProxy {
  const early: NodeJS.Signals[] = []
  let target: Target | undefined
  const forwarded = forwards ? FORWARDED : []
  const onSignal = (name: NodeJS.Signals): void => {
    if (target) target.signal(constants.signals[name])
    else if (early.length === 0) early.push(name)
    else {
      stop()
      process.kill(process.pid, name)
    }
  }
  const onResize = (): void => target?.resize()
  const stop = (): void => {
    for (const name of forwarded) process.off(name, onSignal)
    process.off('SIGWINCH', onResize)
  }
  for (const name of forwarded) process.on(name, onSignal)
  process.on('SIGWINCH', onResize)
  return {
    to(launched) {
      target = launched
      for (const name of early.splice(0)) launched.signal(constants.signals[name])
      // It may have changed since the monitor looked.
      if ([0, 1, 2].some((fd) => isTerminal(fd))) launched.resize()
    },
    [Symbol.dispose]: stop,
  }
}
