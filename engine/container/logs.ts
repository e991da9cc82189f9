import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { type ContainerConfig, parseContainerConfig } from './config.ts'
import { endedForGood } from './log-follow.ts'
import { logTime } from './log-format.ts'
import type { LogPace } from './log-newest.ts'
import { type LogLook, type LogSink, openLogOutput } from './log-output.ts'
import { readLogFile } from './log-read-file.ts'
import { logTarget } from './log-target.ts'

export interface LogOptions {
  readonly follow?: boolean
  /** ends following */
  readonly signal?: AbortSignal
  /** following, only the newest of what comes faster than this; a journal is read whole */
  readonly pace?: LogPace
  readonly timestamps?: boolean
  /** only the last lines; all where it is absent */
  readonly tail?: number
  /** with `tail`: lines that begin much further back are left out */
  readonly tailBytes?: number
  readonly sinceMs?: number
  readonly untilMs?: number
  /** of several containers: each line says whose it is, by the name or the id */
  readonly names?: boolean
  /** the lines of each container have a colour of their own */
  readonly color?: boolean
  /** room for what a log driver notes down with each line, which ours do not */
  readonly details?: boolean
}

/**
 * Hands the output of containers to `sink` as it was written. With `follow` it goes on until they
 * have ended and are not to start again, or are gone. Memory does not grow with the log.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_NO_LOG: its log driver keeps nothing that could be read
 * @see podman-logs(1), docker-logs(1)
 */
export async function readLogs(
  engine: Engine,
  refs: readonly string[],
  options: LogOptions,
  sink: LogSink,
): Promise<void> {
  const rows = refs.map((ref) => engine.storage.containers.resolve(ref))
  const reads = rows.map((row, index) => {
    const look = lookOf(row, { index, isOneOfSeveral: rows.length > 1 }, options)
    return () => readOne(engine, row, { options, look, sink })
  })
  if (options.follow) await Promise.all(reads.map((read) => read()))
  else for (const read of reads) await read()
}

interface Reading {
  readonly options: LogOptions
  readonly look: LogLook
  readonly sink: LogSink
}

async function readOne(engine: Engine, row: ContainerRow, { options, look, sink }: Reading): Promise<void> {
  const config = parseContainerConfig(row.config)
  const target = logTarget(engine, row, config)
  if (!target) throw nothingToRead(row, config)
  const over = new AbortController()
  const request = {
    output: openLogOutput(look, sink),
    filter: { since: logTime(options.sinceMs), until: logTime(options.untilMs) },
    tail: options.tail,
    pace: options.pace,
    tailBytes: options.tailBytes,
    ...(options.follow && { ended: endOf(engine, row.id, options, over.signal) }),
  }
  try {
    if (target.driver === 'journald') {
      const { readJournal } = await import('./log-journal.ts')
      await readJournal(engine, row.id, { ...request, sinceMs: options.sinceMs })
    } else await readLogFile(target, request)
  } finally {
    over.abort()
  }
}

/** When nothing more is to be waited for. */
async function endOf(
  engine: Engine,
  id: string,
  { untilMs, signal: wanted }: Pick<LogOptions, 'untilMs' | 'signal'>,
  signal: AbortSignal,
): Promise<void> {
  const ends = [endedForGood(engine, id, signal)]
  if (wanted) ends.push(new Promise((resolve) => wanted.addEventListener('abort', () => resolve(), { once: true })))
  if (untilMs !== undefined) {
    ends.push(new Promise((resolve) => setTimeout(resolve, Math.max(0, untilMs - Date.now())).unref()))
  }
  await Promise.race(ends)
}

function nothingToRead(row: ContainerRow, { log }: ContainerConfig): TspodError {
  return new TspodError('E_NO_LOG', `the log driver of container ${row.name} is ${log?.driver}: there is no log`, {
    hint: 'give it another one with --log-driver k8s-file when you make it',
  })
}

/** Source: podman's pkg/logs: white, red, green, yellow, blue, magenta, cyan in turn. */
const COLOURS = [37, 31, 32, 33, 34, 35, 36]

function lookOf(
  { id, name }: ContainerRow,
  { index, isOneOfSeveral }: { readonly index: number; readonly isOneOfSeveral: boolean },
  { timestamps = false, names, color, details }: LogOptions,
): LogLook {
  const owner = isOneOfSeveral ? `${names ? name : id.slice(0, 12)} ` : ''
  const [begin, end] = color ? [`\u001b[${COLOURS[index % COLOURS.length]}m`, '\u001b[0m'] : ['', '']
  return { timestamps, before: `${begin}${owner}`, between: details ? ' ' : '', after: end }
}
