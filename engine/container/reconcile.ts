import { uptime } from 'node:os'
import { isProcess } from '../../base/process-start.ts'
import type { ContainerRow, ContainerStatus, StoredStatus } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { isPaused, restartDelay } from '../monitor/marks.ts'
import { hasRecord, type MonitorRecord, readRecord } from '../monitor/record.ts'
import { runsElsewhere } from './runs-elsewhere.ts'

/** The status that a container gets whose end nobody saw. Source: bash(1), "EXIT STATUS": 128 + SIGKILL. */
const LOST_EXIT_CODE = 137
export const LOST_ERROR = 'the monitor ended without recording an exit status'

interface Look {
  readonly now: ContainerRow
  /** it runs, but its runtime files are in another directory, or were removed */
  readonly isElsewhere: boolean
}

function look(engine: Pick<Engine, 'runDir'>, row: ContainerRow): Look {
  const runDir = engine.runDir(row.id)
  if (row.status === 'exited') return { now: lookAgain(row, runDir), isElsewhere: false }
  const record = recordOf(row, runDir)
  if (record === 'elsewhere') return { now: row, isElsewhere: true }
  return { now: withMarks(reconcile(row, record), runDir), isElsewhere: false }
}

/** A row that says exited may be of before: `init` writes none, and who started it anew may have been killed before. */
function lookAgain(row: ContainerRow, runDir: string): ContainerRow {
  // There may be hundreds that have ended, most of which have none.
  const record = hasRecord(runDir) ? readRecord(runDir) : undefined
  if (record?.state === 'running' || record?.state === 'initialized') return withMarks(reconcile(row, record), runDir)
  return isToRestart(row) && restartDelay(runDir) ? restarting(row) : row
}

function withMarks(now: ContainerRow, runDir: string): ContainerRow {
  return now.status === 'running' && isPaused(runDir) ? { ...now, status: 'paused' } : now
}

/** The row as it is now: what the database holds, corrected by the monitor's record and the kernel. Writes no row. */
export function observe(engine: Pick<Engine, 'runDir'>, row: ContainerRow): ContainerRow {
  return look(engine, row).now
}

/**
 * As `observe`, for what needs the container's runtime files.
 *
 * @throws {TspodError} E_RUNS_ELSEWHERE
 */
export function observeHere(engine: Engine, row: ContainerRow): ContainerRow {
  const { now, isElsewhere } = look(engine, row)
  if (isElsewhere) throw runsElsewhere(engine, row)
  return now
}

/** Runtime files go with a reboot: what ran before it had ended by then. */
function recordOf(row: ContainerRow, runDir: string): MonitorRecord | 'elsewhere' {
  const record = readRecord(runDir)
  if (record.state !== 'none' || row.status !== 'running') return record
  if (row.pid !== null && row.pidStartTime !== null && isProcess(row.pid, row.pidStartTime)) return 'elsewhere'
  const bootAtMs = Math.round(Date.now() / 1000 - uptime()) * 1000
  return { state: 'lost', foundAtMs: bootAtMs > (row.startedAtMs ?? 0) ? bootAtMs : Date.now() }
}

/** What the database may hold of a status: pauses and restarts are the kernel's and the runtime files' to tell. */
function storedStatus(status: ContainerStatus): StoredStatus {
  switch (status) {
    case 'created':
    case 'initialized':
      return 'created'
    case 'exited':
    case 'restarting':
      return 'exited'
    default:
      return 'running'
  }
}

function isToRestart(row: ContainerRow): boolean {
  return row.restartCount > 0 && !row.stoppedByUser
}

function restarting(row: ContainerRow): ContainerRow {
  return { ...row, status: 'restarting' }
}

/**
 * As `observeHere`, and the database holds it too. For commands that write, under the container's lock. Of its
 * end tells who writes it down, once: callers may have a row of before.
 */
export function settle(engine: Engine, row: ContainerRow): ContainerRow {
  const now = observeHere(engine, row)
  if (now === row || (now.status === 'restarting' && row.status === 'exited')) return now
  const known = {
    pid: now.pid,
    pidStartTime: now.pidStartTime,
    startedAtMs: now.startedAtMs,
    finishedAtMs: now.finishedAtMs,
    exitCode: now.exitCode,
    oomKilled: now.oomKilled,
    error: now.error,
  }
  const status = storedStatus(now.status)
  if (status !== 'exited') engine.storage.containers.update(row.id, { ...known, status })
  else if (engine.storage.containers.end(row.id, known))
    recordContainerEvent(engine, now, 'died', { containerExitCode: `${now.exitCode ?? 0}` })
  return now
}

/** Pure: a row and what the monitor recorded give the row that is true. The same object where nothing differs. */
export function reconcile(row: ContainerRow, record: MonitorRecord): ContainerRow {
  switch (record.state) {
    case 'initialized':
      return { ...row, status: 'initialized', pid: record.pid, pidStartTime: record.startTime }
    case 'running':
      if (row.status === 'running' && row.pid === record.pid && row.pidStartTime === record.startTime) return row
      return {
        ...row,
        status: 'running',
        pid: record.pid,
        pidStartTime: record.startTime,
        startedAtMs: record.startedAtMs,
      }
    case 'exited':
      return {
        ...row,
        status: 'exited',
        pid: null,
        pidStartTime: null,
        startedAtMs: record.startedAtMs,
        finishedAtMs: record.finishedAtMs,
        exitCode: record.exitCode,
      }
    case 'none':
      return row
    case 'lost':
      return lost(row, record.foundAtMs)
  }
}

/** Its end is when it was found: the latest it can have been. */
function lost(row: ContainerRow, foundAtMs: number): ContainerRow {
  return {
    ...row,
    status: 'exited',
    pid: null,
    pidStartTime: null,
    finishedAtMs: foundAtMs,
    exitCode: LOST_EXIT_CODE,
    error: LOST_ERROR,
  }
}
