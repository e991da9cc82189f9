import { messageOf } from '../base/errors.ts'
import { preloadLibc } from '../base/libc.ts'
import { type Attendance, type AttendOptions, attend } from './container/attend.ts'
import { type NewContainerIo, newContainer } from './container/new-container.ts'
import { removeContainer } from './container/remove.ts'
import { startContainer } from './container/start.ts'
import { startDependencies } from './container/start-dependencies.ts'
import { sweepAbandoned } from './container/sweep.ts'
import type { Engine } from './engine.ts'
import type { Launched } from './launcher/launch.ts'
import { proxySignals } from './proxy-signals.ts'
import type { RunRequest } from './request.ts'

export interface RunOptions extends NewContainerIo, AttendOptions {
  /** see StartOptions */
  readonly killBefore?: number
}

/**
 * Runs a program in a new container. In the foreground it resolves with the program's exit
 * status once the container has ended and been tidied up; detached, as soon as it runs.
 *
 * @throws {TspodError} exit code 125 for what is ours, 126 and 127 for a program that cannot be run
 * @see podman-run(1)
 */
export async function runContainer(
  engine: Engine,
  asked: RunRequest,
  options: RunOptions,
): Promise<{ exitCode: number; id: string; refused?: Attendance['refused'] }> {
  const { request, row } = await newContainer(engine, asked, options)
  using signals = request.detach ? undefined : proxySignals({ forwards: request.sigProxy ?? true })
  const starting = startOrRemove()
  const sweeping = whileItStarts(engine, request)
  const launched = await starting
  if (request.detach) {
    launched.leave()
    await sweeping
    return { exitCode: 0, id: row.id }
  }
  signals?.to(launched)
  try {
    const { exitCode, refused } = await attend(engine, row.id, launched, options)
    return { exitCode, id: row.id, refused }
  } finally {
    await sweeping
  }

  async function startOrRemove(): Promise<Launched> {
    try {
      await startDependencies(engine, row)
      return await startContainer(engine, row, {
        foreground: !request.detach,
        ...(options.killBefore === undefined ? {} : { killBefore: options.killBefore }),
      })
    } catch (error) {
      if (request.remove) await removeContainer(engine, row.id, { force: true, volumes: true })
      else await keep(engine, row.id, error)
      throw error
    }
  }
}

async function keep(engine: Engine, id: string, error: unknown): Promise<void> {
  const { keepFailure } = await import('./container/failure.ts')
  keepFailure(engine, id, error)
}

/** What can be done beside the launcher. That others left something we cannot remove is no reason to fail. */
async function whileItStarts(engine: Engine, request: RunRequest): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  // The clean-up takes a lock, and what that needs takes a millisecond to load.
  if (!request.detach) preloadLibc()
  try {
    await sweepAbandoned(engine)
  } catch (error) {
    engine.warn(`could not remove what a killed command left: ${messageOf(error)}`)
  }
}
