import { TspodError } from '../../base/errors.ts'
import type { ContainerStatus } from '../../storage/state/container-row.ts'

/** docker's and podman's words for what containers are in; of some there are never any. */
const STATUSES: Readonly<Record<string, readonly ContainerStatus[]>> = {
  created: ['created'],
  configured: ['created'],
  initialized: ['initialized'],
  running: ['running', 'stopping'],
  paused: ['paused'],
  restarting: ['restarting'],
  stopping: ['stopping'],
  stopped: ['exited'],
  exited: ['exited'],
  removing: [],
  dead: [],
  unknown: [],
}

export const CONTAINER_STATUSES = Object.keys(STATUSES)

export function badFilter(message: string, hint?: string, cause?: unknown): TspodError {
  return new TspodError('E_BAD_FILTER', message, { ...(hint && { hint }), ...(cause !== undefined && { cause }) })
}

/** @throws {TspodError} E_BAD_FILTER */
export function parseStatuses(value: string): readonly ContainerStatus[] {
  const statuses = Object.hasOwn(STATUSES, value) ? STATUSES[value] : undefined
  if (statuses) return statuses
  throw badFilter(`unknown status: ${value}`, `use one of ${Object.keys(STATUSES).join(', ')}`)
}

/** @throws {TspodError} E_BAD_FILTER */
export function parseInteger(key: string, value: string): number {
  if (/^-?\d{1,9}$/.test(value)) return Number(value)
  throw badFilter(`not a number in filter ${key}: ${value}`)
}

/** Source: Go's strconv.ParseBool. @throws {TspodError} E_BAD_FILTER */
export function parseBoolean(key: string, value: string): boolean {
  if (/^(1|t|true)$/i.test(value)) return true
  if (/^(0|f|false)$/i.test(value)) return false
  throw badFilter(`the filter ${key} is true or false, not ${JSON.stringify(value.slice(0, 100))}`)
}

/**
 * A regular expression as Go's regexp has it, where the two agree: flags for all of it go in front, `(?i)`.
 *
 * @throws {TspodError} E_BAD_FILTER
 */
export function parsePattern(value: string): RegExp {
  const [, flags = '', body = value] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(value) ?? []
  try {
    return new RegExp(body, flags)
  } catch (error) {
    throw badFilter(`not a regular expression: ${value}`, undefined, error)
  }
}
