import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import { processStartTime } from '../../base/process-start.ts'
import { temporaryPath } from '../../storage/temporary.ts'

/**
 * Makes the directory of a container. From its first moment it says which process makes the
 * container, so that what that leaves when it is killed can be told from what is being made.
 */
export function makeContainerDirectory(directory: string): void {
  const temporary = temporaryPath(dirname(directory), 'container')
  mkdirSync(temporary, { recursive: true, mode: 0o700 })
  writeFileSync(join(temporary, 'maker'), `${process.pid} ${processStartTime('self') ?? ''}`, { mode: 0o600 })
  renameSync(temporary, directory)
}

/** Whether the process that made the container still runs. */
export function makerLives(directory: string): boolean {
  const [pid, startTime] = readTextIfExists(join(directory, 'maker'), 256)?.split(' ') ?? []
  return pid !== undefined && startTime !== undefined && processStartTime(Number(pid)) === startTime
}
