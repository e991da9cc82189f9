import type { Engine } from '../engine.ts'
import { type ContainerExit, type Launched, requireAllPrinted } from '../launcher/launch.ts'
import { waitForExit } from '../monitor/client.ts'
import type { ClosedBind } from '../why/bind-access.ts'
import { cleanupContainer } from './cleanup.ts'

/** How long the processes of a container may take to die with their monitor. */
const DEATH_MS = 2000

/** `detached`: the user typed the keys, and the container goes on without us. */
export interface Attendance {
  readonly exitCode: number
  readonly detached: boolean
  /** with `looksBack`: what of a mount the program was refused, where that may be why it failed */
  readonly refused?: ClosedBind | undefined
}

export interface AttendOptions {
  /** whether `refused` is wanted: asked where it has failed */
  readonly looksBack?: (() => boolean) | undefined
}

/**
 * Stays with a container that we started and whose streams are ours, until it has ended and been tidied
 * up, or the user detaches.
 *
 * @throws {TspodError} E_MONITOR_LOST, E_OUTPUT
 */
export async function attend(
  engine: Engine,
  id: string,
  launched: Launched,
  { looksBack }: AttendOptions = {},
): Promise<Attendance> {
  let exit: ContainerExit | undefined
  try {
    exit = await launched.exited()
    if (exit === undefined) {
      launched.leave()
      return { exitCode: 0, detached: true }
    }
  } catch (error) {
    // The monitor was killed, and the kernel is at it; or its last word was lost, as we wrote to it when it left.
    const record = await waitForExit(engine.runDir(id), { withinMs: DEATH_MS })
    await cleanupContainer(engine, id)
    if (record?.state !== 'exited') throw error
    return { exitCode: record.exitCode, detached: false }
  }
  const { exitCode } = exit
  let refused: ClosedBind | undefined
  try {
    if (exitCode !== 0 && looksBack?.()) refused = await lookBack(engine, id, exitCode)
  } finally {
    await cleanupContainer(engine, id)
    await exit.gone()
  }
  requireAllPrinted(exit)
  return { exitCode, detached: false, refused }
}

/** Loaded for what has failed alone. */
async function lookBack(engine: Engine, id: string, exitCode: number): Promise<ClosedBind | undefined> {
  const { lookAtEnd } = await import('../why/look-at-end.ts')
  return await lookAtEnd(engine, id, exitCode)
}
