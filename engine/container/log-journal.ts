import { startChild } from '../../base/child.ts'
import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { isWanted, type LogReader, readLines } from './log-format.ts'
import type { LogPiece } from './log-output.ts'
import type { LogRequest } from './log-read-file.ts'

export interface JournalRequest extends LogRequest {
  readonly sinceMs: number | undefined
}

/** A line of `journalctl -o json`: much more than a datagram of the launcher's can hold. */
const MAX_MESSAGE_BYTES = 1 << 20

/**
 * Reads what a container said from the journal, by way of journalctl. With `ended` it follows until
 * that resolves, and then reads what is left.
 *
 * @throws {TspodError} E_NO_PROGRAM; E_NO_LOG: journalctl fails, in its own words
 * @see journalctl(1), systemd.journal-fields(7)
 */
export async function readJournal(
  { findProgram, host }: { readonly findProgram: Engine['findProgram']; readonly host: Pick<Engine['host'], 'uid'> },
  id: string,
  request: JournalRequest,
): Promise<void> {
  const program = findProgram('journalctl')
  if (program === undefined) {
    throw new TspodError('E_NO_PROGRAM', 'no program journalctl, which reads the journal', {
      hint: 'install systemd, or give containers another --log-driver',
    })
  }
  const state: { cursor?: string } = {}
  const reader = readLines((bytes, start, end) => {
    const entry = parseEntry(bytes.toString('utf8', start, end))
    if (!entry) return
    state.cursor = entry.cursor
    if (isWanted(request.filter, entry.piece.time)) request.output.piece(entry.piece)
  }, request.output)
  // Whoever is on the machine may say to be a container; who wrote an entry is the journal's own word.
  const common = ['--no-pager', '--all', '--quiet', '-o', 'json', `CONTAINER_ID_FULL=${id}`, `_UID=${host.uid}`]
  const since = request.sinceMs === undefined ? [] : [`--since=@${Math.floor(request.sinceMs / 1000)}`]
  const tail = request.tail === undefined ? [] : [`--lines=${request.tail}`]
  await run(program, [...common, ...since, ...tail], reader)
  if (!request.ended) return
  const onward = (): string[] => (state.cursor === undefined ? since : [`--after-cursor=${state.cursor}`])
  await run(program, [...common, ...onward(), '--follow', '--lines=all'], reader, request.ended)
  await run(program, [...common, ...onward()], reader)
}

/** Runs journalctl to its end, or until `ended` resolves. */
async function run(program: string, args: readonly string[], reader: LogReader, ended?: Promise<void>): Promise<void> {
  const child = startChild(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, 1000)
  })
  child.stdout?.on('data', (chunk: Buffer) => {
    reader.feed(chunk)
    reader.flush()
  })
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code))
  })
  await (ended ? Promise.race([closed, ended]) : closed)
  if (ended) child.kill('SIGKILL')
  const code = await closed
  if (code !== 0 && code !== null) {
    throw new TspodError('E_NO_LOG', `journalctl could not read the journal: ${complaint.split('\n')[0] ?? ''}`)
  }
}

/** Pure. undefined for what is no entry of a container. */
export function parseEntry(line: string): { readonly cursor: string; readonly piece: LogPiece } | undefined {
  const value = parseObject(line)
  const { __CURSOR: cursor, __REALTIME_TIMESTAMP: microseconds, MESSAGE: message, PRIORITY: priority } = value ?? {}
  const bytes = messageBytes(message)
  if (typeof cursor !== 'string' || typeof microseconds !== 'string' || !bytes) return undefined
  return {
    cursor,
    piece: {
      isError: priority === '3',
      time: timeOf(microseconds),
      bytes,
      start: 0,
      end: bytes.length,
      isPartial: value?.['CONTAINER_PARTIAL_MESSAGE'] === 'true',
    },
  }
}

/** Text, or a list of bytes where it is no UTF-8. Source: systemd.io, JOURNAL_EXPORT_FORMATS, "Journal JSON Format". */
function messageBytes(message: unknown): Buffer | undefined {
  if (typeof message === 'string') return Buffer.from(message)
  if (!Array.isArray(message) || message.length > MAX_MESSAGE_BYTES) return undefined
  return Buffer.from(message.map(Number))
}

/** Source: ECMA-262, "Time Values". */
const MAX_DATE_MS = 8.64e15

/** Microseconds since 1970 as a piece has its time. */
function timeOf(microseconds: string): string {
  const ms = Math.floor(Number(microseconds) / 1000)
  const time = new Date(Number.isFinite(ms) ? Math.max(0, Math.min(ms, MAX_DATE_MS)) : 0)
  return `${time.toISOString().slice(0, 23)}${microseconds.slice(-3).padStart(3, '0')}000`
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
