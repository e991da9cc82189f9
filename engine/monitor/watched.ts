import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { readyLauncher } from '../launcher/control.ts'
import { connectMonitor } from './attach.ts'

/**
 * What a monitor watches beside its container: the helper of its network, the gateway of its ports, who holds its
 * named networks; and of those themselves the uplink. Format: engine/launcher/watched.c.
 */
const WATCHED = ['networks', 'uplink', 'helper', 'gateway'] as const
export type Watched = (typeof WATCHED)[number]

/** An end is quick, as those who end are killed; but the kernel has an interface to take down. */
const END_MS = 10_000

/** Those that have ended and have no successor yet. */
export function lostOnes(runDir: string): Watched[] {
  return WATCHED.filter((name) => existsSync(lostFile(runDir, name)))
}

export function markLost(runDir: string, name: Watched): void {
  writeFileSync(lostFile(runDir, name), '', { mode: 0o600 })
}

/** Before a container starts again. */
export function forgetLost(runDir: string): void {
  for (const name of WATCHED) rmSync(lostFile(runDir, name), { force: true })
}

/**
 * Has the monitor watch a successor; one that has ended by now is lost again, and looked after again.
 *
 * @throws {TspodError} E_MONITOR_LOST
 */
export function watchSuccessor(
  runDir: string,
  name: Watched,
  { pid, startTime }: { readonly pid: number; readonly startTime: string },
): void {
  rmSync(lostFile(runDir, name), { force: true })
  const control = reachMonitor(runDir)
  control.write(`watch ${pid} ${startTime} ${name}\n`)
  control.leave()
}

/**
 * Ends one of them without having anybody look after it; resolves once it has gone. Nothing where there is none.
 *
 * @throws {TspodError} E_MONITOR_LOST: also where it does not end
 */
export async function endWatched(runDir: string, name: Watched): Promise<void> {
  const control = reachMonitor(runDir)
  control.write(`end ${name}\n`)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, END_MS, undefined)
  })
  const answer = await Promise.race([control.next(), late])
  clearTimeout(timer)
  control.leave()
  if (answer !== 'ended') throw lost(`the ${name} of a container could not be ended`)
}

function reachMonitor(runDir: string): ReturnType<typeof readyLauncher> {
  const socket = connectMonitor(runDir)
  if (socket === undefined) throw lost('the monitor of the container does not answer')
  return readyLauncher(socket)
}

function lost(message: string): TspodError {
  return new TspodError('E_MONITOR_LOST', message)
}

function lostFile(runDir: string, name: Watched): string {
  return join(runDir, `lost-${name}`)
}
