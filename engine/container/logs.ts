import { closeSync, type FSWatcher, fstatSync, openSync, readSync, watch } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { waitForExit } from '../monitor/client.ts'
import { type LogSink, openLogFormatter } from './log-format.ts'
import { findTail } from './log-tail.ts'

const CHUNK_BYTES = 1 << 20

export interface LogOptions {
  readonly follow?: boolean
  readonly timestamps?: boolean
  /** only the last lines; all where it is absent */
  readonly tail?: number
  readonly sinceMs?: number
  readonly untilMs?: number
}

/**
 * Hands the output of a container to `sink` as it was written. With `follow` it goes on until the
 * container has ended. Memory does not grow with the log.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-logs(1)
 */
export async function readLogs(engine: Engine, ref: string, options: LogOptions, sink: LogSink): Promise<void> {
  const { id } = engine.storage.containers.resolve(ref)
  const path = join(engine.containerDir(id), 'ctr.log')
  const fd = openLog(path)
  if (fd === undefined) return
  try {
    const formatter = openLogFormatter(
      { timestamps: options.timestamps ?? false, since: logTime(options.sinceMs), until: logTime(options.untilMs) },
      sink,
    )
    const sizeBytes = fstatSync(fd).size
    let position = options.tail === undefined ? 0 : findTail(fd, sizeBytes, options.tail)
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    const readToEnd = (): void => {
      for (;;) {
        const count = readSync(fd, chunk, 0, CHUNK_BYTES, position)
        if (count === 0) break
        formatter.feed(chunk.subarray(0, count))
        position += count
      }
      formatter.flush()
    }
    readToEnd()
    if (options.follow) await follow(path, engine.runDir(id), readToEnd)
  } finally {
    closeSync(fd)
  }
}

/** Reads on whenever the log grows, until the monitor, which writes it, says that the container has ended. */
async function follow(path: string, runDir: string, readToEnd: () => void): Promise<void> {
  let watcher: FSWatcher | undefined
  let failed: unknown
  const ended = waitForExit(runDir)
  await new Promise<void>((resolve) => {
    const read = (): void => {
      try {
        readToEnd()
      } catch (error) {
        failed = error
        resolve()
      }
    }
    watcher = watch(path, read)
    watcher.on('error', () => {}) // the log was removed; the monitor tells the end
    read() // what came before the watch was there
    ended.then(
      () => resolve(),
      (error: unknown) => {
        failed = error
        resolve()
      },
    )
  })
  watcher?.close()
  if (failed !== undefined) throw failed
  readToEnd()
}

function openLog(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined // created and never started
    throw error
  }
}

/** A time as the log spells it, so that the two compare as text. */
function logTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(/Z$/, '000000+00:00')
}
