import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import { processStartTime } from '../../base/process-start.ts'

/** The file comes right after its directory; a directory that has been without one for so long was left between the two. */
const WITHOUT_MS = 60_000

/** Says which process makes the container, so that what it leaves when it is killed can be told from what is being made. */
export function recordMaker(containerDir: string): void {
  writeFileSync(join(containerDir, 'maker'), `${process.pid} ${processStartTime('self') ?? ''}`, { mode: 0o600 })
}

/** Whether the process that made the container still runs. */
export function makerLives(containerDir: string): boolean {
  const maker = readTextIfExists(join(containerDir, 'maker'), 256)
  if (maker === undefined) {
    const directory = statSync(containerDir, { throwIfNoEntry: false })
    return directory !== undefined && Date.now() - directory.mtimeMs < WITHOUT_MS
  }
  const [pid, startTime] = maker.split(' ')
  return startTime !== '' && processStartTime(Number(pid)) === startTime
}
