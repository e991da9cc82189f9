import { join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import type { Engine } from '../engine.ts'

const UNIT = 'tspod-boot.service'

/** Where the unit is, and the link by which its target wants it. */
export interface UnitPlace {
  readonly file: string
  readonly link: string
  readonly target: string
  /** a unit of the user's own manager, which must be running without a session */
  readonly isUser: boolean
}

/** Source: systemd.unit(5), "UNIT FILE LOAD PATH". */
export function unitPlace(engine: Pick<Engine, 'host' | 'xdgConfigHome'>): UnitPlace {
  const isUser = engine.host.uid !== 0
  const directory = isUser ? join(engine.xdgConfigHome, 'systemd/user') : '/etc/systemd/system'
  const target = isUser ? 'default.target' : 'multi-user.target'
  return { file: join(directory, UNIT), link: join(directory, `${target}.wants`, UNIT), target, isUser }
}

/** The caller's name, where the system has one for the id. Source: passwd(5). */
export function callerName({ host }: Pick<Engine, 'host'>): string {
  const lines = readTextIfExists('/etc/passwd', 16 << 20)?.split('\n') ?? []
  const fields = lines.map((line) => line.split(':')).find(([, , uid]) => uid === `${host.uid}`)
  return fields?.[0] || host.env['USER'] || `${host.uid}`
}
