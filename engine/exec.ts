import { TspodError } from '../base/errors.ts'
import type { ContainerRow } from '../storage/state/container-row.ts'
import { allows } from './container/allows.ts'
import { observeHere } from './container/reconcile.ts'
import type { Engine } from './engine.ts'
import { recordContainerEvent } from './events/record.ts'
import { execPlan } from './exec-plan.ts'
import { launch, requireAllPrinted } from './launcher/launch.ts'
import { isPaused } from './monitor/marks.ts'
import { type Living, readRecord } from './monitor/record.ts'
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from './plan/detach-keys.ts'
import { STREAMS } from './plan/stream-steps.ts'
import { withFault } from './plan/with-fault.ts'
import { requireDescriptors } from './preserved-descriptors.ts'
import { proxySignals } from './proxy-signals.ts'

export interface ExecRequest {
  readonly command: readonly string[]
  readonly interactive?: boolean
  readonly tty?: boolean
  readonly detach?: boolean
  readonly env?: readonly string[]
  readonly envFiles?: readonly string[]
  readonly workdir?: string
  readonly user?: string
  readonly privileged?: boolean
  readonly detachKeys?: string
  /** how many of the caller's descriptors from 3 on the program gets */
  readonly preserveFds?: number
  /** see StartOptions */
  readonly killBefore?: number
}

/**
 * Runs a process more in a running container and resolves with its exit status. The database is
 * read and not written.
 *
 * @throws {TspodError} E_CONTAINER_NOT_RUNNING, E_CONTAINER_STATE, E_BAD_DETACH_KEYS, E_BAD_DESCRIPTORS
 * @see podman-exec(1)
 */
export async function execInContainer(
  engine: Engine,
  ref: string,
  request: ExecRequest,
): Promise<{ exitCode: number }> {
  const row = engine.storage.containers.resolve(ref)
  const record = requireRunning(engine, row, ref)
  const { detach = false, interactive = false, preserveFds = 0 } = request
  requireDescriptors(engine, preserveFds)
  const detachKeys = parseDetachKeys(request.detachKeys ?? (await usualKeys(engine, request)))
  const plan = await execPlan(engine, row, {
    target: { pid: record.pid, startTime: record.startTime },
    request,
    streams: { interactive, attached: detach ? [] : STREAMS, detachKeys },
    preservedDescriptors: preserveFds,
  })
  using signals = detach ? undefined : proxySignals()
  const launched = await launch(withFault(plan, request.killBefore), {
    launcher: engine.launcher,
    foreground: !detach,
    rawTerminal: !detach && request.tty === true && interactive,
    takeLauncher: engine.takeLauncher,
    preservedDescriptors: preserveFds,
  })
  recordContainerEvent(engine, row, 'exec')
  if (detach) {
    launched.leave()
    return { exitCode: 0 }
  }
  signals?.to(launched)
  const exit = await launched.exited()
  if (exit === undefined) return { exitCode: 0 }
  await exit.gone()
  recordContainerEvent(engine, row, 'exec_died', { exitCode: `${exit.exitCode}` })
  requireAllPrinted(exit)
  return { exitCode: exit.exitCode }
}

/** Keys mean something on a terminal only, so nobody else waits for the file to be read. */
async function usualKeys(engine: Engine, { tty, interactive }: ExecRequest): Promise<string> {
  if (!tty || !interactive) return DEFAULT_DETACH_KEYS
  return (await engine.containersConf()).engine.detach_keys?.value ?? DEFAULT_DETACH_KEYS
}

/** The record of one that runs; why it does not, `allows` says. */
function requireRunning(engine: Engine, row: ContainerRow, ref: string): Living {
  const runDir = engine.runDir(row.id)
  const record = readRecord(runDir)
  if (record.state === 'running' && !isPaused(runDir)) return record
  allows('exec', observeHere(engine, row), ref)
  throw new TspodError('E_CONTAINER_NOT_RUNNING', `container ${ref} is not running`, { exitCode: 255 }) // it ended just now
}
