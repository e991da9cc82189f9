import type { LogOptions } from '../../engine/container/logs.ts'
import { parseTimePoint } from '../../engine/parse-time.ts'
import { badValue } from './errors.ts'
import type { Arguments, Options } from './option.ts'

/** What of a log is shown, and how. Source: podman-logs(1), docker-logs(1). */
export const LOG_OPTIONS = {
  color: { type: 'boolean', describe: 'give the lines of each container a colour' },
  follow: { type: 'boolean', alias: 'f', describe: 'go on until the container has ended' },
  names: {
    type: 'boolean',
    aliasAs: { podman: 'n' },
    describe: 'of several containers, show the names in place of the ids',
  },
  since: {
    type: 'string',
    placeholder: 'TIME',
    describe: 'only what was written after this time, or this long ago: 10m',
  },
  tail: {
    type: 'string',
    aliasAs: { docker: 'n' },
    default: 'all',
    placeholder: 'NUMBER',
    describe: 'only the last lines',
  },
  timestamps: { type: 'boolean', alias: 't', describe: 'show when each line was written' },
  until: { type: 'string', placeholder: 'TIME', describe: 'only what was written before this time' },
} as const satisfies Options

/** @throws {TspodError} E_BAD_FLAG */
export function toLogOptions(args: Arguments<Record<never, never>, typeof LOG_OPTIONS>): LogOptions {
  const nowMs = Date.now()
  const tail = parseTail(args.tail)
  return {
    follow: args.follow,
    timestamps: args.timestamps,
    names: args.names,
    color: args.color,
    ...(tail === undefined ? {} : { tail }),
    ...(args.since === undefined ? {} : { sinceMs: parseTime('--since', args.since, nowMs) }),
    ...(args.until === undefined ? {} : { untilMs: parseTime('--until', args.until, nowMs) }),
  }
}

/** `--tail`: a number of lines; undefined for all, which is also what `-1` means. */
export function parseTail(text: string): number | undefined {
  if (text === 'all') return undefined
  if (!/^-?\d{1,15}$/.test(text)) throw badValue('--tail', text, 'a number of lines, or all')
  const lines = Number(text)
  return lines < 0 ? undefined : lines
}

/** A point in time: see parseTimePoint. */
export function parseTime(flag: string, text: string, nowMs: number): number {
  const ms = parseTimePoint(text, nowMs)
  if (ms === undefined) throw badValue(flag, text, 'not a time such as 2026-01-31T12:00:00, 1700000000 or 10m')
  return ms
}
