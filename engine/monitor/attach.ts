import { closeSync } from 'node:fs'
import { isErrno, TspodError } from '../../base/errors.ts'
import { connectUnix, sendDescriptors } from '../../base/libc.ts'
import { openIfDirectory } from '../../storage/layers/open-directory.ts'
import { readyLauncher } from '../launcher/control.ts'
import { attached, type Launched, rememberTerminal } from '../launcher/launch.ts'
import { STREAMS, type StreamName } from '../plan/stream-steps.ts'

export interface AttachOptions {
  readonly streams: readonly StreamName[]
  /** see StreamContext */
  readonly detachKeys: string
  /** the container has a terminal, and ours becomes raw */
  readonly rawTerminal: boolean
}

/**
 * Connects our stdin, stdout and stderr to a container that runs: its monitor gets copies of them and
 * carries the bytes itself. Resolves with nothing where no monitor listens.
 *
 * @throws {TspodError} E_ATTACH_REFUSED: too many are attached already
 */
export async function attachTo(
  runDir: string,
  options: AttachOptions,
): Promise<Pick<Launched, 'exited' | 'signal' | 'resize' | 'leave'> | undefined> {
  const socket = connectMonitor(runDir)
  if (socket === undefined) return undefined
  const control = readyLauncher(socket)
  const restoreTerminal = options.rawTerminal ? rememberTerminal() : () => {}
  const bits = options.streams.reduce((sum, name) => sum | (1 << STREAMS.indexOf(name)), 0)
  try {
    sendDescriptors(socket, Buffer.from(`attach ${bits} ${options.detachKeys}\n`), [0, 1, 2])
  } catch (error) {
    if (!isErrno(error, 'EPIPE', 'ECONNRESET')) throw error // else what it said before it closed tells why
  }
  const answer = await control.next()
  if (answer === 'attached') return attached(control, restoreTerminal)
  control.leave()
  if (answer === undefined || answer.startsWith('exited')) return undefined
  throw new TspodError('E_ATTACH_REFUSED', 'too many are attached to the container, or wait for its end', {
    hint: 'detach one of them first',
  })
}

/** The directory's own path may be longer than a socket's address may be, so it goes through a descriptor. Source: unix(7). */
export function connectMonitor(runDir: string): number | undefined {
  const directory = openIfDirectory(runDir)
  if (directory === undefined) return undefined
  try {
    return connectUnix(`/proc/self/fd/${directory}/control`)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ECONNREFUSED')) return undefined
    throw error
  } finally {
    closeSync(directory)
  }
}
