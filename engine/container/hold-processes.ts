import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../../base/clock.ts'
import { signalProcess } from '../../base/signal-process.ts'
import { cannotPause } from '../cgroup/freeze.ts'
import { memberProcesses } from './member-processes.ts'

// Source: signal(7); the same on every architecture that node runs on.
const SIGCONT = 18
const SIGSTOP = 19

/** A process stops when it next gets to run; one that waits for a disk does not. */
const PATIENCE_MS = 5000
const LOOK_MS = 2

/**
 * Stops every process of a container where there is no cgroup to freeze: SIGSTOP to each, again and
 * again until a look finds none that runs, as they may fork while we go through them.
 *
 * @param first pid of the container's first process
 * @throws {TspodError} E_CANNOT_PAUSE: they all go on
 */
export async function holdProcesses(first: number): Promise<void> {
  const endMs = monotonicMs() + PATIENCE_MS
  for (;;) {
    const running = memberProcesses(first).filter(({ state }) => state !== 'T')
    if (running.length === 0) return
    for (const process of running) signalProcess(process, SIGSTOP)
    if (monotonicMs() > endMs) {
      releaseProcesses(first)
      throw cannotPause(`process ${running[0]?.pid} does not stop`)
    }
    await sleep(LOOK_MS)
  }
}

/** Lets them go on, those too that the container had stopped itself: nothing tells them apart. */
export function releaseProcesses(first: number): void {
  for (const process of memberProcesses(first)) signalProcess(process, SIGCONT)
}
