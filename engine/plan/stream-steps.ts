import { IO, LOG_FORMAT } from './constants.ts'
import { type Step, step } from './step.ts'

export const STREAMS = ['stdin', 'stdout', 'stderr'] as const
export type StreamName = (typeof STREAMS)[number]

/** How the streams of a process are connected. */
export interface StreamContext {
  /** it has a stdin, whoever writes to it */
  readonly interactive: boolean
  /** the caller's streams that are its own until it ends or the caller leaves */
  readonly attached: readonly StreamName[]
  /** it is given the caller's streams themselves */
  readonly passed?: boolean
  /** bytes that detach the caller when they are typed on its terminal, in hexadecimal */
  readonly detachKeys?: string
}

/** Where its output is written down. */
export type LogTarget =
  | {
      readonly driver: keyof typeof LOG_FORMAT
      readonly path: string
      readonly maxSizeBytes: number
      readonly maxFiles: number
    }
  /** `fields` are lines `NAME=value`, which each entry gets. Source: systemd.io, JOURNAL_NATIVE_PROTOCOL. */
  | { readonly driver: 'journald'; readonly socket: string; readonly fields: string }

export function streamSteps(terminal: boolean, context: StreamContext): Step[] {
  const attached = context.attached.reduce((bits, name) => bits | IO.attached[name], 0)
  const flags =
    (terminal ? IO.terminal : 0) |
    (context.interactive ? IO.stdin : 0) |
    (context.passed ? IO.passed : 0) |
    (context.passed ? 0 : attached)
  return [
    ...(context.detachKeys ? [step('note the keys that detach', 'detach-keys', context.detachKeys)] : []),
    step('make the streams', 'io', flags),
  ]
}

export function logSteps(log: LogTarget | undefined): Step[] {
  if (log === undefined) return []
  if (log.driver === 'journald') return [step('reach the journal', 'log-journal', log.socket, log.fields)]
  const { path, maxSizeBytes, maxFiles } = log
  return [step('open the log', 'log', path, LOG_FORMAT[log.driver], maxSizeBytes, maxFiles)]
}
