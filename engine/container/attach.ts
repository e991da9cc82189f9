import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { attachTo } from '../monitor/attach.ts'
import { waitForExit } from '../monitor/client.ts'
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from '../plan/detach-keys.ts'
import type { StreamName } from '../plan/stream-steps.ts'
import { proxySignals } from '../proxy-signals.ts'
import { allows } from './allows.ts'
import { parseContainerConfig } from './config.ts'
import { observeHere } from './reconcile.ts'

export interface AttachContainerOptions {
  /** what we get on stdin goes to the container; the default */
  readonly stdin?: boolean
  /** signals to us go to the container; the default */
  readonly sigProxy?: boolean
  readonly detachKeys?: string
}

/** How long the record of an end may take to be there when the monitor has closed. */
const RECORD_MS = 2000

/**
 * Connects our streams to those of a container that runs, beside whoever else is attached. Resolves with
 * its exit status when it has ended, and with 0 when the user types the keys that detach.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_CONTAINER_NOT_RUNNING, E_BAD_DETACH_KEYS
 * @throws {TspodError} E_MONITOR_LOST: it runs and nobody holds its streams
 * @see podman-attach(1)
 */
export async function attachContainer(
  engine: Engine,
  ref: string,
  options: AttachContainerOptions,
): Promise<{ exitCode: number; detached: boolean }> {
  const row = engine.storage.containers.resolve(ref)
  allows('attach', observeHere(engine, row), ref)
  const { request, spec } = parseContainerConfig(row.config)
  const withStdin = (options.stdin ?? true) && request.interactive === true
  const streams: StreamName[] = withStdin ? ['stdin', 'stdout', 'stderr'] : ['stdout', 'stderr']
  using signals = proxySignals({ forwards: options.sigProxy ?? true })
  const attached = await attachTo(engine.runDir(row.id), {
    streams,
    detachKeys: parseDetachKeys(options.detachKeys ?? request.detachKeys ?? DEFAULT_DETACH_KEYS),
    rawTerminal: spec.process.terminal && withStdin,
  })
  if (!attached) return await ended(engine, row.id, ref)
  recordContainerEvent(engine, row, 'attach')
  signals.to(attached)
  const exit = await attached.exited().catch(() => null)
  if (exit === undefined) {
    attached.leave()
    return { exitCode: 0, detached: true }
  }
  return exit ? { exitCode: exit.exitCode, detached: false } : await ended(engine, row.id, ref)
}

async function ended(engine: Engine, id: string, ref: string): Promise<{ exitCode: number; detached: false }> {
  const record = await waitForExit(engine.runDir(id), { withinMs: RECORD_MS })
  if (record?.state === 'exited') return { exitCode: record.exitCode, detached: false }
  throw new TspodError('E_MONITOR_LOST', `nobody holds the streams of container ${ref}: its monitor was killed`)
}
