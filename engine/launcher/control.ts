import type { ChildProcess } from 'node:child_process'
import { closeSync, read, writeSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { startChild } from '../../base/child.ts'
import { isErrno, TspodError } from '../../base/errors.ts'

/** The socket between us and a launcher: a plan goes out, lines come back. */
export interface Control {
  /** A launcher that has ended shows in `next`, not here. */
  write(bytes: string | Uint8Array): void
  /** The next line; undefined when the launcher has closed its end. */
  next(): Promise<string | undefined>
  /** The launcher goes on without us. */
  leave(): void
}

export interface ControlOptions {
  /** absolute path of the launcher */
  readonly launcher: string
  /** the caller's stdin, stdout and stderr go to the launcher */
  readonly foreground: boolean
  /** how many of the caller's descriptors from 3 on go to it, too */
  readonly preservedDescriptors?: number
}

/**
 * Starts a launcher in a session of its own, so that keys on the caller's terminal reach the
 * container once, through us, and it may use that terminal whoever is in its foreground.
 */
export async function startLauncher(options: ControlOptions): Promise<Control> {
  const { launcher, preservedDescriptors = 0 } = options
  const stdio = options.foreground ? 'inherit' : 'ignore'
  const preserved = Array.from({ length: preservedDescriptors }, (_, index) => 3 + index)
  const child = startChild(launcher, ['run', `${preservedDescriptors}`], {
    stdio: [stdio, stdio, stdio, 'pipe', ...preserved],
    detached: true,
  })
  const socket = await socketOf(child, launcher)
  const lines = splitLines(chunksOf(socket))
  return {
    write: (bytes) => void socket.write(bytes),
    next: lines,
    leave: () => {
      socket.destroy()
      child.unref()
    },
  }
}

async function socketOf(child: ChildProcess, launcher: string): Promise<Duplex> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) =>
      reject(new TspodError('E_LAUNCH_FAILED', `could not start ${launcher}: ${error.message}`, { cause: error })),
    )
  })
  const socket = child.stdio[3] as Duplex | null | undefined
  if (!socket) throw new Error('the launcher was started without its socket')
  socket.on('error', () => {}) // a launcher that died shows as the end of what it says
  return socket
}

function chunksOf(socket: Duplex): () => Promise<Buffer | undefined> {
  const iterator = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  return async () => {
    try {
      const { done, value } = await iterator.next()
      return done ? undefined : value
    } catch (error) {
      if (isErrno(error, 'ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE')) return undefined
      throw error
    }
  }
}

const LINE_BYTES = 4096

/**
 * A launcher that is there already on this descriptor: one that was started beside us and waits for a
 * plan, in the session and with the streams that it needs; or a monitor. Without node's streams and
 * processes, which take milliseconds to load.
 */
export function readyLauncher(fd: number): Control {
  const chunk = Buffer.alloc(LINE_BYTES)
  const lines = splitLines(
    () =>
      new Promise((resolve, reject) =>
        read(fd, chunk, 0, LINE_BYTES, null, (error, length) => {
          if (error && !isErrno(error, 'ECONNRESET')) reject(error)
          else resolve(error || length === 0 ? undefined : chunk.subarray(0, length))
        }),
      ),
  )
  return {
    write: (bytes) => {
      let rest = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
      try {
        while (rest.byteLength > 0) rest = rest.subarray(writeSync(fd, rest))
      } catch (error) {
        if (!isErrno(error, 'EPIPE', 'ECONNRESET')) throw error
      }
    },
    next: lines,
    leave: () => closeSync(fd),
  }
}

/** Lines of what `next` gives, one a call, read no further than asked. */
function splitLines(next: () => Promise<Buffer | undefined>): () => Promise<string | undefined> {
  let rest = ''
  return async () => {
    for (;;) {
      const end = rest.indexOf('\n')
      if (end >= 0) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 1)
        return line
      }
      const chunk = await next()
      if (chunk === undefined) return undefined
      rest += chunk.toString('latin1')
    }
  }
}
