import { TspodError } from '../../../base/errors.ts'
import { type Arguments, camelCase, type Options } from '../option.ts'

const VALUE = { type: 'string', hidden: true, describe: 'has no effect' } as const
const SWITCH = { type: 'boolean', hidden: true, describe: 'has no effect' } as const

/**
 * Flags of docker and podman that are taken, so that scripts go on, and change nothing here: what
 * they speak of is Windows, version 1 of cgroups, what only root can have, or another runtime.
 */
export const WITHOUT_EFFECT_OPTIONS = {
  'blkio-weight-device': VALUE,
  chrootdirs: VALUE,
  'cpu-count': VALUE,
  'cpu-percent': VALUE,
  'cpu-rt-period': VALUE,
  'cpu-rt-runtime': VALUE,
  'device-cgroup-rule': VALUE,
  'device-read-bps': VALUE,
  'device-read-iops': VALUE,
  'device-write-bps': VALUE,
  'device-write-iops': VALUE,
  'disable-content-trust': SWITCH,
  'health-log-destination': VALUE,
  'io-maxbandwidth': VALUE,
  'io-maxiops': VALUE,
  isolation: VALUE,
  'kernel-memory': VALUE,
  'link-local-ip': VALUE,
  'memory-swappiness': VALUE,
  'oom-kill-disable': SWITCH,
  personality: VALUE,
  'rdt-class': VALUE,
  runtime: VALUE,
  sdnotify: VALUE,
} as const satisfies Options

/** Nothing is lost without them, so nobody needs to be told. */
const SILENT: readonly string[] = ['disable-content-trust', 'runtime']

const REFUSED = { type: 'string', hidden: true, describe: 'is refused' } as const

/** Flags that must not be passed over: what they ask for would be missed. */
export const REFUSED_OPTIONS = {
  link: REFUSED,
  'seccomp-policy': REFUSED,
  'storage-opt': REFUSED,
  'volume-driver': REFUSED,
} as const satisfies Options

const REASONS: Readonly<Record<keyof typeof REFUSED_OPTIONS, string>> = {
  link: 'containers find each other by name in a network of their own',
  'seccomp-policy': 'no profile is taken from an image: name one with --security-opt seccomp=FILE',
  'storage-opt': 'no storage driver limits how much a container writes',
  'volume-driver': 'the only driver of volumes is local',
}

/** What those that have one would be without the flag. */
const USUAL: Readonly<Record<string, string>> = { 'seccomp-policy': 'default', 'volume-driver': 'local' }

const HINTS: Readonly<Record<string, string>> = {
  link: 'make one with "tspod network create NAME", and start both with --network NAME',
}

type Given = Arguments<Record<never, never>, typeof WITHOUT_EFFECT_OPTIONS & typeof REFUSED_OPTIONS>

/**
 * The flags among these that were given, as they were typed, of which the user is to be told.
 *
 * @throws {TspodError} E_UNSUPPORTED_OPTION: one that must not be passed over
 */
export function otherEngines(given: Given): string[] {
  const values: Readonly<Record<string, unknown>> = given
  for (const [name, reason] of Object.entries(REASONS)) {
    const value = values[camelCase(name)]
    if (value === undefined || value === USUAL[name]) continue
    const hint = HINTS[name]
    throw new TspodError('E_UNSUPPORTED_OPTION', `--${name} is not supported: ${reason}`, hint ? { hint } : {})
  }
  return Object.keys(WITHOUT_EFFECT_OPTIONS)
    .filter((name) => (values[camelCase(name)] ?? false) !== false && !SILENT.includes(name))
    .map((name) => `--${name}`)
}
