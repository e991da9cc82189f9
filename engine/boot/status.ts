import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { startsAtBoot } from './starts-at-boot.ts'
import { callerName, unitPlace } from './unit-place.ts'

/** Source: loginctl(1), "enable-linger". */
const LINGER = '/var/lib/systemd/linger'

export interface BootStatus {
  readonly unit: string
  readonly isEnabled: boolean
  readonly user: string
  /** the user's manager, and so the unit, is started without a login; undefined where there is none in between */
  readonly lingers: boolean | undefined
  /** what would be started now if nothing ran */
  readonly containers: readonly Pick<ContainerRow, 'id' | 'name'>[]
}

/** Whether, and which, containers come back after a reboot. */
export function bootStatus(engine: Engine): BootStatus {
  const { file, link, isUser } = unitPlace(engine)
  const user = callerName(engine)
  return {
    unit: file,
    isEnabled: existsSync(file) && existsSync(link),
    user,
    lingers: isUser ? existsSync(join(LINGER, user)) : undefined,
    containers: engine.storage.containers.list().filter((row) => startsAtBoot(row, { wasCutOff: true })),
  }
}
