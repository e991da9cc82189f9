import type { Options } from './flags/option.ts'

const WITHOUT_EFFECT = { type: 'string', hidden: true, describe: 'has no effect' } as const

/**
 * What podman has before its commands that says how podman works, and that scripts give it: there is no such
 * part here. What would change where something is kept or who does the work is not among them, and is refused.
 *
 * @see podman(1), "GLOBAL OPTIONS"
 */
export const PODMAN_GLOBAL_OPTIONS = {
  'cgroup-manager': { ...WITHOUT_EFFECT, choices: ['cgroupfs', 'systemd'] },
  conmon: WITHOUT_EFFECT,
  'events-backend': { ...WITHOUT_EFFECT, choices: ['file', 'journald', 'none'] },
  'network-cmd-path': WITHOUT_EFFECT,
  'registries-conf': { type: 'string', hidden: true, describe: "in place of the user's registries.conf" },
  runtime: WITHOUT_EFFECT,
  'runtime-flag': WITHOUT_EFFECT,
  'storage-opt': WITHOUT_EFFECT,
  syslog: { type: 'boolean', hidden: true, describe: 'has no effect' },
  tmpdir: WITHOUT_EFFECT,
} as const satisfies Options
