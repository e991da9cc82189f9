import type { ImageHealthcheck } from '../../storage/images/image.ts'
import type { HealthConfig } from '../container/config.ts'
import { parseGoDuration } from '../parse-time.ts'
import type { HealthRequest } from '../request.ts'
import { badValue } from './bad-value.ts'
import { parseStringArray } from './string-array.ts'

/** Source: podman-run(1), "--health-interval" and what follows; docker's are the same. */
const DEFAULTS = { interval: 30_000, timeout: 30_000, startPeriod: 0, startInterval: 5_000, retries: 3 } as const
/** Source: podman-run(1), "--health-max-log-count", "--health-max-log-size". */
const LOG = { maxLogCount: 5, maxLogSize: 500 } as const
const MAX_RETRIES = 1_000_000
/** Longer than anybody waits, and still a number of milliseconds that a timer takes. */
const MAX_MS = 2 ** 31 - 1

/**
 * The check of a container: the flags over the image's; undefined where there is none, or it is
 * turned off.
 *
 * @throws {TspodError} E_BAD_HEALTH
 * @see podman-run(1), "--health-cmd"; Docker's image specification, "Healthcheck"
 */
export function parseHealth(
  request: HealthRequest | undefined,
  image: ImageHealthcheck | undefined,
): HealthConfig | undefined {
  if (request?.disable) return undefined
  const test = request?.cmd === undefined ? (image?.test ?? []) : parseCommand(request.cmd)
  const [kind, ...words] = test
  if (kind === undefined || kind === 'NONE') {
    if (isAsked(request)) throw badValue('E_BAD_HEALTH', '--health-cmd', '', 'there is no command for a health check')
    return undefined
  }
  const argv = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', words.join(' ')] : kind === 'CMD' ? words : test
  if (argv.length === 0) throw badValue('E_BAD_HEALTH', '--health-cmd', test.join(' '), 'it has no command')
  const at = <K extends keyof typeof DURATIONS>(name: K): number => {
    const text = request?.[name]
    if (text !== undefined) return parseDuration(text, DURATIONS[name])
    return image?.[`${name}Ms`] || DEFAULTS[name]
  }
  return {
    argv,
    test,
    intervalMs: at('interval'),
    timeoutMs: at('timeout'),
    startPeriodMs: at('startPeriod'),
    startIntervalMs: at('startInterval'),
    retries: parseCount(request?.retries, '--health-retries', 1) ?? (image?.retries || DEFAULTS.retries),
    onFailure: request?.onFailure ?? 'none',
    maxLogCount: parseCount(request?.maxLogCount, '--health-max-log-count', 0) ?? LOG.maxLogCount,
    maxLogSize: parseCount(request?.maxLogSize, '--health-max-log-size', 0) ?? LOG.maxLogSize,
  }
}

const DURATIONS = {
  interval: '--health-interval',
  timeout: '--health-timeout',
  startPeriod: '--health-start-period',
  startInterval: '--health-start-interval',
} as const

/** Settings without a check to apply to. An action for its failure is one of them. */
function isAsked(request: HealthRequest | undefined): boolean {
  return request?.onFailure !== undefined && request.onFailure !== 'none'
}

/** `none`, a JSON array, which may begin with CMD, CMD-SHELL or NONE, or a line for the shell. */
function parseCommand(text: string): readonly string[] {
  if (text.toLowerCase() === 'none') return ['NONE']
  if (text.trim() === '') throw badValue('E_BAD_HEALTH', '--health-cmd', text, 'it is empty')
  const words = parseStringArray(text)
  if (!words) return ['CMD-SHELL', text]
  if (words[0] === undefined) throw badValue('E_BAD_HEALTH', '--health-cmd', text, 'it is empty')
  return ['CMD', 'CMD-SHELL', 'NONE'].includes(words[0]) ? words : ['CMD', ...words]
}

/** `disable` as an interval runs none of its own accord: podman starts no timer then. */
function parseDuration(text: string, flag: string): number {
  if (text === 'disable' && flag === DURATIONS.interval) return 0
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : parseGoDuration(text)
  if (ms !== undefined && ms >= 0 && ms <= MAX_MS) return Math.round(ms)
  throw badValue('E_BAD_HEALTH', flag, text, 'not a duration', 'write 30s or 1m30s')
}

function parseCount(value: number | undefined, flag: string, minimum: number): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= minimum && value <= MAX_RETRIES)) return value
  throw badValue('E_BAD_HEALTH', flag, `${value}`, `not a whole number of at least ${minimum}`)
}
