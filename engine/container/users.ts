import { join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import { readImageFile } from '../../storage/images/image-files.ts'
import type { ContainerRow } from '../../storage/state/containers.ts'
import type { Engine } from '../engine.ts'
import type { UserDatabase } from '../spec/user-database.ts'
import { parseContainerConfig } from './config.ts'
import { containerDirectories } from './rootfs.ts'

/** The largest passwd or group file that is read. */
const MAX_BYTES = 4 << 20

/** The user database as the container has it now: what was generated for it, else its own changes over its image's layers. */
export function readContainerUsers(
  engine: Engine,
  row: Pick<ContainerRow, 'id' | 'layers' | 'driver' | 'config'>,
): UserDatabase {
  const own = readUsers(containerDirectories(engine, row, parseContainerConfig(row.config)))
  const generated = (file: string) => readTextIfExists(join(engine.containerDir(row.id), file), MAX_BYTES)
  return {
    get passwd() {
      return generated('passwd') ?? own.passwd
    },
    get group() {
      return generated('group') ?? own.group
    },
  }
}

/**
 * Each file is read when somebody looks at it: most commands need neither.
 *
 * @param directories of the layers, top first
 */
export function readUsers(directories: readonly string[]): UserDatabase {
  const read = (path: string): string => readImageFile(directories, path, MAX_BYTES)?.toString('utf8') ?? ''
  return {
    get passwd() {
      return read('/etc/passwd')
    },
    get group() {
      return read('/etc/group')
    },
  }
}
