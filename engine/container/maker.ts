import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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
  try {
    writeFileSync(join(temporary, 'maker'), `${process.pid} ${processStartTime('self') ?? ''}`, { mode: 0o600 })
    renameSync(temporary, directory)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    throw error
  }
}

/** Whether the process that made the container still runs. */
export function makerLives(directory: string): boolean {
  const [pid, startTime] = readTextIfExists(join(directory, 'maker'), 256)?.split(' ') ?? []
  return pid !== undefined && startTime !== undefined && processStartTime(Number(pid)) === startTime
}

/** The container is made, and not going to be started by who made it. */
export function forgetMaker(directory: string): void {
  rmSync(join(directory, 'maker'), { force: true })
}

/** Whether the container was to be started by who made it, and that process has ended. */
export function makerDied(directory: string): boolean {
  return existsSync(join(directory, 'maker')) && !makerLives(directory)
}
