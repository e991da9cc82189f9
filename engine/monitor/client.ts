import { closeSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { monotonicMs } from '../../base/clock.ts'
import { isErrno } from '../../base/errors.ts'
import { signalProcess } from '../../base/signal-process.ts'
import { openIfDirectory } from '../../storage/layers/open-directory.ts'
import { type Living, type MonitorRecord, parseEnd, readRecord } from './record.ts'

/**
 * Sends a signal to the container's first process, by its pidfd and not through its monitor, which
 * may be busy with others. Resolves false where the container is not running.
 */
export async function signalContainer(runDir: string, signal: number): Promise<boolean> {
  const record = readRecord(runDir)
  return lives(record) && signalProcess(record, signal)
}

function lives(record: MonitorRecord): record is Living {
  return record.state === 'running' || record.state === 'initialized'
}

/** Between two looks at a container that has no monitor. */
const LOOK_MS = 10
/** The one line that somebody who only waits is told is shorter. */
const MAX_SAID = 4096

export interface WaitOptions {
  readonly withinMs?: number
  /** we tidy up when it has ended: as long as we stay, the monitor need not */
  readonly tidies?: boolean
  /** called when its end will not be missed */
  readonly ready?: () => Promise<unknown>
}

/**
 * Waits for the container's end. Resolves with its record, or undefined when `withinMs` is over.
 * The monitor says it over its socket, so that it is known also where all files of the container are
 * gone by the time we hear of it; a container that outlived its monitor, or whose monitor has too many
 * who wait, is looked at again and again.
 */
export async function waitForExit(runDir: string, options: WaitOptions = {}): Promise<MonitorRecord | undefined> {
  // The monitor of one that is only initialized listens for its start alone.
  const socket = readRecord(runDir).state === 'initialized' ? undefined : await connectControl(runDir)
  if (options.tidies) socket?.write('bye\n')
  await options.ready?.()
  if (!socket) return await lookForExit(runDir, options.withinMs ?? Number.POSITIVE_INFINITY)
  let timer: NodeJS.Timeout | undefined
  let said = ''
  const closed = await new Promise<boolean>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      if (said.length < MAX_SAID) said += chunk.toString('latin1')
    })
    socket.once('close', () => resolve(true))
    if (options.withinMs !== undefined) timer = setTimeout(() => resolve(false), options.withinMs)
  })
  clearTimeout(timer)
  socket.destroy()
  if (!closed) return undefined
  // Where the monitor was killed, the container dies a moment after it.
  return parseEnd(said) ?? (await lookForExit(runDir, options.withinMs ?? Number.POSITIVE_INFINITY))
}

const SIGKILL = 9
/** A killed process is gone at once, but for one that waits for a disk. */
export const REAP_MS = 10_000

/**
 * A container whose monitor was killed dies with it, a moment later; one whose program is
 * set-user-ID does not, and is killed. Resolves when it is gone. Source: PR_SET_PDEATHSIG(2const).
 */
export async function endOrphan(runDir: string): Promise<void> {
  const record = readRecord(runDir)
  if (!lives(record) || record.monitorPid !== undefined) return
  signalProcess(record, SIGKILL)
  await lookForExit(runDir, REAP_MS)
}

async function lookForExit(runDir: string, withinMs: number): Promise<MonitorRecord | undefined> {
  const deadline = monotonicMs() + withinMs
  while (monotonicMs() < deadline) {
    const record = readRecord(runDir)
    if (!lives(record)) return record
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return undefined
}

/** The directory's own path may be longer than a socket's address may be, so it goes through a descriptor. Source: unix(7). */
async function connectControl(runDir: string): Promise<Socket | undefined> {
  const directory = openIfDirectory(runDir)
  if (directory === undefined) return undefined
  try {
    const socket = connect(join(`/proc/self/fd/${directory}`, 'control'))
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    socket.on('error', () => {}) // a monitor that dies shows as the end
    return socket
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EAGAIN')) return undefined
    throw error
  } finally {
    closeSync(directory)
  }
}
