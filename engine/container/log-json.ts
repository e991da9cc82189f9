import { isWanted, type LogFilter, type LogReader, readLines } from './log-format.ts'
import type { LogOutput } from './log-output.ts'

/**
 * `{"log":"text\n","stream":"stdout","time":"2026-01-01T00:00:00.000000000Z"}`. Source: Docker's json-file
 * logging driver, as engine/launcher/log.c writes it; what else a line may have is passed over.
 */
const HEAD = '{"log":"'
/** `","stream":"stdout","time":"` and what follows: as long as this for either stream. */
export const TAIL_BYTES = '","stream":"stdout","time":"2026-01-01T00:00:00.000000000Z"}'.length
const STREAM_LETTER_AT = '","stream":"std'.length
const TIME_AT = '","stream":"stdout","time":"'.length
const TIME_BYTES = 29
const BACKSLASH = 92
const LETTER_E = 101
const LETTER_N = 110

/** Turns a json-file log into the streams as the container wrote them. What is no such line is left out. */
export function openJsonFormatter(filter: LogFilter, output: LogOutput): LogReader {
  const show = (entry: JsonEntry): void => {
    if (!isWanted(filter, entry.time)) return
    if (!output.isPlain) output.piece(entry)
    else output.append(entry.isError, entry.bytes, entry.start, entry.end)
    if (output.isPlain && !entry.isPartial) output.append(entry.isError, NEWLINE, 0, 1)
  }
  const line = (bytes: Buffer, start: number, end: number): void => {
    const entry = plainEntry(bytes, start, end) ?? parseEntry(bytes.toString('utf8', start, end))
    if (entry) show(entry)
  }
  return readLines(line, output)
}

const NEWLINE = Buffer.from('\n')

type JsonEntry = Parameters<LogOutput['piece']>[0]

/** A line of the usual form whose text stands in it as it is, but for a newline at its end: nothing has to be parsed. */
function plainEntry(bytes: Buffer, start: number, end: number): JsonEntry | undefined {
  const textStart = start + HEAD.length
  const textEnd = end - TAIL_BYTES
  if (textEnd < textStart || !looksUsual(bytes, textEnd)) return undefined
  const backslash = bytes.indexOf(BACKSLASH, textStart)
  const hasNewline = backslash === textEnd - 2 && bytes[textEnd - 1] === LETTER_N
  if (backslash >= 0 && backslash < textEnd && !hasNewline) return undefined
  return {
    isError: bytes[textEnd + STREAM_LETTER_AT] === LETTER_E,
    time: bytes.toString('latin1', textEnd + TIME_AT, textEnd + TIME_AT + TIME_BYTES),
    bytes,
    start: textStart,
    end: hasNewline ? textEnd - 2 : textEnd,
    isPartial: !hasNewline,
  }
}

function looksUsual(bytes: Buffer, textEnd: number): boolean {
  return (
    bytes.toString('latin1', textEnd, textEnd + STREAM_LETTER_AT) === '","stream":"std' &&
    bytes.toString('latin1', textEnd + TIME_AT - 8, textEnd + TIME_AT) === '"time":"'
  )
}

function parseEntry(line: string): JsonEntry | undefined {
  const value = parseObject(line)
  const { log, stream, time } = value ?? {}
  if (typeof log !== 'string' || typeof time !== 'string') return undefined
  const isPartial = !log.endsWith('\n')
  const bytes = Buffer.from(isPartial ? log : log.slice(0, -1))
  return { isError: stream === 'stderr', time: fullTime(time), bytes, start: 0, end: bytes.length, isPartial }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined // half a line, which a crash can leave
  }
}

/** Docker leaves zeros at the end of a second's fraction out. */
function fullTime(time: string): string {
  const [seconds = '', fraction = ''] = time.replace(/Z$/, '').split('.')
  return `${seconds}.${fraction.padEnd(9, '0').slice(0, 9)}`
}
