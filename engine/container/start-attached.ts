import type { Engine } from '../engine.ts'
import type { StreamName } from '../plan/stream-steps.ts'
import { proxySignals } from '../proxy-signals.ts'
import { allows } from './allows.ts'
import { attachContainer } from './attach.ts'
import { type Attendance, type AttendOptions, attend } from './attend.ts'
import { keepFailure } from './failure.ts'
import { lockContainer } from './lock.ts'
import { settle } from './reconcile.ts'
import { startContainer } from './start.ts'
import { startDependencies } from './start-dependencies.ts'
import { readyToStart } from './start-locked.ts'
import { stopLocked } from './stop-locked.ts'

export interface StartAttachedOptions extends AttendOptions {
  /** our stdin, too */
  readonly interactive?: boolean
  /** signals to us go to the container; the default */
  readonly sigProxy?: boolean
  readonly detachKeys?: string
}

/**
 * Starts a container with our streams and stays until it has ended; resolves with its exit status. One
 * that runs already is attached to. Of one that is initialized no word may be lost, so it is made again.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_CONTAINER_STATE
 * @throws {TspodError} what `startContainer` throws
 * @see podman-start(1), "--attach"
 */
export async function startAttached(
  engine: Engine,
  ref: string,
  options: StartAttachedOptions,
): Promise<Pick<Attendance, 'exitCode' | 'refused'>> {
  const { containers } = engine.storage
  const { id } = containers.resolve(ref)
  using signals = proxySignals({ forwards: options.sigProxy ?? true })
  const lock = await lockContainer(engine, id)
  const launched = await (async () => {
    await using _lock = lock
    let row = settle(engine, containers.resolve(id))
    if (!allows('start', row, ref)) return undefined
    if (row.status === 'initialized') row = await stopLocked(engine, row, { graceMs: 0 })
    const streams: StreamName[] = options.interactive ? ['stdin', 'stdout', 'stderr'] : ['stdout', 'stderr']
    try {
      await startDependencies(engine, row)
      return await startContainer(engine, readyToStart(engine, row), {
        foreground: true,
        streams,
        ...(options.detachKeys === undefined ? {} : { detachKeys: options.detachKeys }),
      })
    } catch (error) {
      keepFailure(engine, id, error)
      throw error
    }
  })()
  if (!launched) {
    const { exitCode } = await attachContainer(engine, id, { ...options, stdin: options.interactive ?? false })
    return { exitCode }
  }
  signals.to(launched)
  return await attend(engine, id, launched, options)
}
