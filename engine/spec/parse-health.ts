import type { ImageHealthcheck } from '../../storage/images/image.ts'
import type { HealthConfig } from '../container/config.ts'
import type { HealthRequest } from '../request.ts'
import { badValue } from './bad-value.ts'
import { healthArgv, parseHealthCommand, parseHealthCount, parseHealthDuration } from './health-values.ts'
import { parseStartupHealth } from './parse-startup-health.ts'

/** Source: podman-run(1), "--health-interval" and what follows; docker's are the same. */
const DEFAULTS = { interval: 30_000, timeout: 30_000, startPeriod: 0, startInterval: 5_000, retries: 3 } as const
/** Source: podman-run(1), "--health-max-log-count", "--health-max-log-size". */
const LOG = { maxLogCount: 5, maxLogSize: 500 } as const

/**
 * The check of a container: the flags over the image's; undefined where there is none, or it is
 * turned off.
 *
 * An empty command is none that was given, as in docker and podman.
 *
 * @throws {TspodError} E_BAD_HEALTH
 * @see podman-run(1), "--health-cmd"; Docker's image specification, "Healthcheck"
 */
export function parseHealth(
  request: HealthRequest | undefined,
  image: ImageHealthcheck | undefined,
): HealthConfig | undefined {
  if (request?.disable) return undefined
  const test =
    request?.cmd === undefined || request.cmd === ''
      ? (image?.test ?? [])
      : parseHealthCommand(request.cmd, '--health-cmd')
  const argv = healthArgv(test, '--health-cmd')
  if (argv === undefined) {
    if (isAsked(request)) throw badValue('E_BAD_HEALTH', '--health-cmd', '', 'there is no command for a health check')
    return undefined
  }
  const startup = request && parseStartupHealth(request)
  const at = <K extends keyof typeof DURATIONS>(name: K): number => {
    const text = request?.[name]
    if (text !== undefined) return parseHealthDuration(text, DURATIONS[name])
    return image?.[`${name}Ms`] || DEFAULTS[name]
  }
  return {
    argv,
    test,
    intervalMs: at('interval'),
    timeoutMs: at('timeout'),
    startPeriodMs: at('startPeriod'),
    startIntervalMs: at('startInterval'),
    retries: parseHealthCount(request?.retries, '--health-retries', 1) ?? (image?.retries || DEFAULTS.retries),
    onFailure: request?.onFailure ?? 'none',
    maxLogCount: parseHealthCount(request?.maxLogCount, '--health-max-log-count', 0) ?? LOG.maxLogCount,
    maxLogSize: parseHealthCount(request?.maxLogSize, '--health-max-log-size', 0) ?? LOG.maxLogSize,
    ...(startup && { startup }),
  }
}

const DURATIONS = {
  interval: '--health-interval',
  timeout: '--health-timeout',
  startPeriod: '--health-start-period',
  startInterval: '--health-start-interval',
} as const

/** Settings without a check to apply to: an action for its failure, or what comes before it. */
function isAsked(request: HealthRequest | undefined): boolean {
  return request?.startupCmd !== undefined || (request?.onFailure ?? 'none') !== 'none'
}
