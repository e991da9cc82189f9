import { COMMAND_LINE } from './error-codes/command-line.ts'
import { CONTAINERS } from './error-codes/containers.ts'
import { HOST } from './error-codes/host.ts'
import { IMAGES } from './error-codes/images.ts'
import { NETWORKS } from './error-codes/networks.ts'
import { PODS_AND_VOLUMES } from './error-codes/pods-and-volumes.ts'
import { REGISTRIES } from './error-codes/registries.ts'
import { RUN_OPTIONS } from './error-codes/run-options.ts'

/**
 * Every code that a `TspodError` may have, by area. The constructor takes no other, so one without an entry here does
 * not compile; only the type is used for that: the words are loaded by who shows them, `tspod help CODE` and docs/errors.md.
 */
export const ERROR_AREAS = {
  'The command line': COMMAND_LINE,
  Containers: CONTAINERS,
  'Options of containers': RUN_OPTIONS,
  Images: IMAGES,
  Registries: REGISTRIES,
  Networks: NETWORKS,
  'Pods, volumes and secrets': PODS_AND_VOLUMES,
  'The host and storage': HOST,
} as const

type Areas = typeof ERROR_AREAS

export type ErrorCode = { [Area in keyof Areas]: keyof Areas[Area] }[keyof Areas]
