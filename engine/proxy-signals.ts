import { constants } from 'node:os'
import { isatty } from 'node:tty'
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

/** From now on signals go to the container and changes of the terminal's size to its terminal. */
export function proxySignals(launched: Launched): Disposable {
  const handlers: [NodeJS.Signals, () => void][] = FORWARDED.map((name) => [
    name,
    () => launched.signal(constants.signals[name]),
  ])
  handlers.push(['SIGWINCH', () => launched.resize()])
  for (const [name, handler] of handlers) process.on(name, handler)
  // It may have changed since the monitor looked.
  if ([0, 1, 2].some((fd) => isatty(fd))) launched.resize()
  return {
    [Symbol.dispose]() {
      for (const [name, handler] of handlers) process.off(name, handler)
    },
  }
}
