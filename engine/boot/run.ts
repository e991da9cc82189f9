import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { cleanupLocked } from '../container/cleanup-locked.ts'
import { lockContainer } from '../container/lock.ts'
import { withdrawPorts } from '../container/publish.ts'
import { observe, settle } from '../container/reconcile.ts'
import { startDependencies } from '../container/start-dependencies.ts'
import { startLocked } from '../container/start-locked.ts'
import { stopLocked } from '../container/stop-locked.ts'
import type { Engine } from '../engine.ts'
import { startsAtBoot } from './starts-at-boot.ts'
import { markStopped, wasStoppedForReboot } from './stopped-mark.ts'

export interface BootResult {
  /** names of the containers that something was done to */
  readonly names: readonly string[]
  readonly failures: readonly unknown[]
}

/**
 * Starts the containers that should run and do not, oldest first, so that one is there before those
 * that join it; one that cannot be started does not keep the others from it. Doing it again changes
 * nothing.
 */
export async function runBoot(engine: Engine): Promise<BootResult> {
  const results: PromiseSettledResult<string | undefined>[] = []
  for (const { id } of engine.storage.containers.list()) {
    results.push(...(await Promise.allSettled([withLocked(engine, id, (row) => startOwed(engine, row))])))
  }
  return resultOf(results)
}

/** Stops the containers that `runBoot` would start, side by side, for the time that the machine is off. */
export async function stopBoot(engine: Engine): Promise<BootResult> {
  const stops = engine.storage.containers
    .list()
    .map(({ id }) => withLocked(engine, id, (row) => stopForReboot(engine, row)))
  return resultOf(await Promise.allSettled(stops))
}

async function startOwed(engine: Engine, row: ContainerRow): Promise<boolean> {
  const wasCutOff = row.status === 'running' || wasStoppedForReboot(engine.containerDir(row.id))
  const now = settle(engine, row)
  if (now.status !== 'exited' || !startsAtBoot(now, { wasCutOff })) return false
  await startDependencies(engine, now)
  await startLocked(engine, now)
  return true
}

async function stopForReboot(engine: Engine, row: ContainerRow): Promise<boolean> {
  const { status } = observe(engine, row)
  if (status === 'exited' || status === 'created' || !startsAtBoot(row, { wasCutOff: true })) return false
  markStopped(engine.containerDir(row.id))
  const ended = await stopLocked(engine, row, {})
  await withdrawPorts(engine, ended)
  cleanupLocked(engine, { ...ended, stoppedByUser: true })
  return true
}

/** Resolves with the name where something was done. */
async function withLocked(
  engine: Engine,
  id: string,
  action: (row: ContainerRow) => Promise<boolean>,
): Promise<string | undefined> {
  await using _lock = await lockContainer(engine, id)
  const row = engine.storage.containers.find(id)
  return row && (await action(row)) ? row.name : undefined
}

function resultOf(results: readonly PromiseSettledResult<string | undefined>[]): BootResult {
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  const bug = failures.find((failure) => !(failure instanceof TspodError))
  if (bug !== undefined) throw bug
  return { names: results.flatMap((result) => (result.status === 'fulfilled' ? (result.value ?? []) : [])), failures }
}
