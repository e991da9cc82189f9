import type { HealthRequest } from '../../../engine/request.ts'
import type { Arguments, Options } from '../option.ts'
import { oneOf, present } from './words.ts'

/** Source: podman-run(1), "--health-cmd" and what follows; docker's names are the same. */
export const HEALTH_OPTIONS = {
  'health-cmd': { type: 'string', placeholder: 'COMMAND', describe: 'how to see that it is well' },
  'health-interval': { type: 'string', placeholder: 'DURATION', describe: 'how often (default 30s)' },
  'health-max-log-count': { type: 'number', placeholder: 'NUMBER', describe: 'how many results are kept (default 5)' },
  'health-max-log-size': { type: 'number', placeholder: 'BYTES', describe: 'how much of each is kept (default 500)' },
  'health-on-failure': {
    type: 'string',
    choices: ['none', 'kill', 'restart', 'stop'],
    placeholder: 'ACTION',
    describe: 'what to do when it is not well',
  },
  'health-retries': { type: 'number', placeholder: 'NUMBER', describe: 'how often it may fail (default 3)' },
  'health-start-interval': {
    type: 'string',
    placeholder: 'DURATION',
    describe: 'how often while it starts (default 5s)',
  },
  'health-start-period': { type: 'string', placeholder: 'DURATION', describe: 'how long it may take to start' },
  'health-startup-cmd': {
    type: 'string',
    placeholder: 'COMMAND',
    describe: 'how to see that it has started: checked first, in place of the other',
  },
  'health-startup-interval': { type: 'string', placeholder: 'DURATION', describe: 'how often (default 30s)' },
  'health-startup-retries': {
    type: 'number',
    placeholder: 'NUMBER',
    describe: 'restart it when it has failed so often (default 0, never)',
  },
  'health-startup-success': {
    type: 'number',
    placeholder: 'NUMBER',
    describe: 'how often it has to succeed (default 0, once)',
  },
  'health-startup-timeout': {
    type: 'string',
    placeholder: 'DURATION',
    describe: 'how long such a check may take (default 30s)',
  },
  'health-timeout': { type: 'string', placeholder: 'DURATION', describe: 'how long a check may take (default 30s)' },
  'no-healthcheck': { type: 'boolean', describe: "without the image's health check" },
} as const satisfies Options

type HealthArguments = Arguments<Record<never, never>, typeof HEALTH_OPTIONS>

/** Undefined where nothing was said of it. */
export function healthWords(args: HealthArguments): HealthRequest | undefined {
  const words: HealthRequest = present({
    cmd: args.healthCmd,
    interval: args.healthInterval,
    timeout: args.healthTimeout,
    startPeriod: args.healthStartPeriod,
    startInterval: args.healthStartInterval,
    retries: args.healthRetries,
    onFailure: oneOf(args.healthOnFailure, ['none', 'kill', 'restart', 'stop']),
    startupCmd: args.healthStartupCmd,
    startupInterval: args.healthStartupInterval,
    startupRetries: args.healthStartupRetries,
    startupSuccess: args.healthStartupSuccess,
    startupTimeout: args.healthStartupTimeout,
    maxLogCount: args.healthMaxLogCount,
    maxLogSize: args.healthMaxLogSize,
    disable: args.noHealthcheck,
  })
  return Object.keys(words).length > 0 ? words : undefined
}
