import type { Options } from './option.ts'

/** How a command is told of its containers other than by their names. Source: podman-stop(1) and the like. */
export const TARGET_OPTIONS = {
  cidfile: { type: 'string', array: true, placeholder: 'FILE', describe: 'the one whose id is in this file' },
  latest: { type: 'boolean', alias: 'l', describe: 'the one that was made last' },
} as const satisfies Options

export const FILTER_OPTION = {
  type: 'string',
  array: true,
  alias: 'f',
  placeholder: 'KEY=VALUE',
  describe: 'those that match, as in "tspod ps"',
} as const

export const GRACE_OPTION = {
  type: 'number',
  alias: ['t', 'timeout'],
  minimum: -1,
  placeholder: 'SECONDS',
  describe: "between the stop signal and SIGKILL; the container's own stop timeout, 10, by default",
} as const

/** What docker takes for a wait without end. */
const FOREVER_MS = 2 ** 31 - 1

/** Seconds as the engine takes them; -1 is for ever. Source: docker-stop(1), "--timeout". */
export function graceOf(seconds: number | undefined): { readonly graceMs?: number } {
  if (seconds === undefined) return {}
  return { graceMs: seconds < 0 ? FOREVER_MS : Math.min(seconds * 1000, FOREVER_MS) }
}

export const CONTAINER_POSITIONALS = {
  container: { array: true, describe: 'name or id (a unique prefix will do)' },
} as const
