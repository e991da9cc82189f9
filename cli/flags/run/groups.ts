import type { Options } from '../option.ts'
import { PLATFORM_OPTIONS, TRANSFER_OPTIONS } from '../registry-options.ts'
import { HEALTH_OPTIONS } from './health-options.ts'
import { ISOLATION_OPTIONS } from './isolation-options.ts'
import { LIFE_OPTIONS } from './life-options.ts'
import { LIMIT_OPTIONS } from './limit-options.ts'
import { MOUNT_OPTIONS } from './mount-options.ts'
import { NETWORK_OPTIONS } from './network-options.ts'
import { PROCESS_OPTIONS } from './process-options.ts'

const { pull, quiet, ...LIFE } = LIFE_OPTIONS

/** What the flags of a container are about, for the help: a group for each file. */
export const RUN_GROUPS = {
  Container: LIFE,
  Process: PROCESS_OPTIONS,
  'Files and devices': MOUNT_OPTIONS,
  Network: NETWORK_OPTIONS,
  Limits: LIMIT_OPTIONS,
  'Users and security': ISOLATION_OPTIONS,
  Health: HEALTH_OPTIONS,
  Image: { ...PLATFORM_OPTIONS, ...TRANSFER_OPTIONS, pull, quiet },
} as const satisfies Readonly<Record<string, Options>>
