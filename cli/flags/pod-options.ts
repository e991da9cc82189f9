import type { Engine } from '../../engine/engine.ts'
import { selectPods } from '../../engine/pod/select.ts'
import type { PodStatus } from '../../engine/pod/status.ts'
import { badArguments } from './errors.ts'
import type { Options } from './option.ts'

export const POD_POSITIONALS = { pod: { array: true, describe: 'name or id (a unique prefix will do)' } } as const

/** How a command is told of its pods other than by their names. Source: podman-pod-stop(1) and the like. */
export const POD_TARGET_OPTIONS = {
  all: { type: 'boolean', alias: 'a', describe: 'all pods' },
  latest: { type: 'boolean', alias: 'l', describe: 'the one that was made last' },
} as const satisfies Options

export const POD_ID_FILE_OPTION = {
  type: 'string',
  array: true,
  placeholder: 'FILE',
  describe: 'the one whose id is in this file',
} as const

interface PodTargets {
  readonly pod: readonly string[]
  readonly all?: boolean
  readonly latest?: boolean
  readonly podIdFile?: readonly string[]
}

/**
 * The pods a command was given by name, or that its flags select.
 *
 * @param options `among`: the states of those that `--all` means; every one where it is absent
 * @throws {TspodError} E_BAD_ARGUMENTS: none, or names and a flag in their place; what `selectPods` throws
 */
export function podTargets(
  engine: Engine,
  { pod, all = false, latest = false, podIdFile = [] }: PodTargets,
  { command, among }: { readonly command: string; readonly among?: readonly PodStatus[] },
): readonly string[] {
  const flags = Object.entries({ all, latest, 'pod-id-file': podIdFile.length > 0 }).filter(([, isGiven]) => isGiven)
  const [flag, other] = flags.map(([name]) => name)
  if (flag === undefined && pod.length === 0) throw badArguments(`${command} needs at least one pod`, command)
  if (flag === undefined) return pod
  if (pod.length > 0) throw badArguments(`${command} takes names or --${flag}, not both`, command)
  if (other !== undefined) throw badArguments(`--${flag} and --${other} cannot be used together`, command)
  return selectPods(engine, { all, latest, idFiles: podIdFile, ...(among ? { among } : {}) })
}
