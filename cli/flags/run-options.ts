import { TspodError } from '../../base/errors.ts'
import type { RunRequest } from '../../engine/request.ts'
import type { Arguments, Options } from './option.ts'
import { PLATFORM_OPTIONS, TRANSFER_OPTIONS } from './registry-options.ts'
import { HEALTH_OPTIONS, healthWords } from './run/health-options.ts'
import { ISOLATION_OPTIONS, isolationWords } from './run/isolation-options.ts'
import { LIFE_OPTIONS, lifeWords, PULL_POLICIES } from './run/life-options.ts'
import { LIMIT_OPTIONS, limitWords } from './run/limit-options.ts'
import { MOUNT_OPTIONS, mountWords } from './run/mount-options.ts'
import { NETWORK_OPTIONS, networkWords } from './run/network-options.ts'
import { otherEngines, REFUSED_OPTIONS, WITHOUT_EFFECT_OPTIONS } from './run/other-engines-options.ts'
import { PROCESS_OPTIONS, processWords } from './run/process-options.ts'
import { oneOf, present } from './run/words.ts'

/** What `run` and `create` have in common. Source: podman-run(1). */
export const RUN_OPTIONS = {
  ...PLATFORM_OPTIONS,
  ...TRANSFER_OPTIONS,
  ...PROCESS_OPTIONS,
  ...MOUNT_OPTIONS,
  ...NETWORK_OPTIONS,
  ...LIMIT_OPTIONS,
  ...ISOLATION_OPTIONS,
  ...LIFE_OPTIONS,
  ...HEALTH_OPTIONS,
  ...WITHOUT_EFFECT_OPTIONS,
  ...REFUSED_OPTIONS,
} as const satisfies Options

export const RUN_POSITIONALS = {
  image: { required: true, describe: 'name or id of an image' },
  command: { array: true, describe: "what to run; the image's own command where there is none" },
} as const

export type RunArguments = Arguments<typeof RUN_POSITIONALS, typeof RUN_OPTIONS>

/**
 * The typed request that the words of the command line stand for. Flags that were not given are absent from it.
 *
 * @param registry what `toRegistryAccess` makes of the same words
 * @throws {TspodError} E_BAD_FLAG, E_UNSUPPORTED_OPTION
 */
export function toRunRequest(
  args: RunArguments & { readonly detach?: boolean },
  registry: NonNullable<RunRequest['registry']> = {},
): RunRequest {
  const { image, command, detach, platform, os, arch, variant } = args
  return {
    image,
    command,
    ...present({
      ...processWords(args),
      ...mountWords(args),
      ...networkWords(args),
      ...limitWords(args),
      ...isolationWords(args),
      ...lifeWords(args),
      ...{ detach, platform, os, arch, variant },
      health: healthWords(args),
      registry: Object.keys(registry).length > 0 ? registry : undefined,
      ignored: otherEngines(args),
    }),
  }
}

/** The parser has let only these through. */
export function parsePullPolicy(value: string): NonNullable<RunRequest['pull']> {
  const policy = oneOf(value, PULL_POLICIES)
  if (policy) return policy
  throw new TspodError('E_BAD_FLAG', `unknown pull policy: ${value}`)
}
