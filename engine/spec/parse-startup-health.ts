import type { StartupHealthConfig } from '../container/config.ts'
import type { HealthRequest } from '../request.ts'
import { badValue } from './bad-value.ts'
import { healthArgv, parseHealthCommand, parseHealthCount, parseHealthDuration } from './health-values.ts'

/** Source: podman-run(1), "--health-startup-interval" and what follows. */
const DEFAULTS = { interval: '30s', timeout: '30s', retries: 0, success: 0 } as const
const COMMAND = '--health-startup-cmd'
const SETTINGS = ['startupInterval', 'startupRetries', 'startupSuccess', 'startupTimeout'] as const

/**
 * The check that runs in place of the ordinary one until it has succeeded often enough; undefined where there is none.
 *
 * @throws {TspodError} E_BAD_HEALTH
 * @see podman-run(1), "--health-startup-cmd"
 */
export function parseStartupHealth(request: HealthRequest): StartupHealthConfig | undefined {
  const { startupCmd } = request
  if (startupCmd === undefined) {
    if (SETTINGS.every((name) => request[name] === undefined)) return undefined
    throw badValue('E_BAD_HEALTH', COMMAND, '', 'there is no command for a startup check')
  }
  const test = parseHealthCommand(startupCmd, COMMAND)
  const argv = healthArgv(test, COMMAND)
  if (argv === undefined) return undefined
  const { retries, success } = DEFAULTS
  return {
    argv,
    test,
    intervalMs: parseHealthDuration(request.startupInterval ?? DEFAULTS.interval, '--health-startup-interval'),
    timeoutMs: parseHealthDuration(request.startupTimeout ?? DEFAULTS.timeout, '--health-startup-timeout'),
    retries: parseHealthCount(request.startupRetries, '--health-startup-retries', 0) ?? retries,
    successes: parseHealthCount(request.startupSuccess, '--health-startup-success', 0) ?? success,
  }
}
