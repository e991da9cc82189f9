import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import { isProcess } from '../../base/process-start.ts'
import { lostAtMs } from './marks.ts'

/**
 * What is known of a container beyond its row in the database, checked against the kernel.
 * `lost`: it was running, and neither it nor its monitor is any more, but nobody recorded its end.
 */
export type MonitorRecord =
  | { readonly state: 'none' }
  | { readonly state: 'lost'; readonly foundAtMs: number }
  | {
      /** `initialized`: all is made, and its program waits to be run */
      readonly state: 'running' | 'initialized'
      readonly pid: number
      readonly startTime: string
      readonly startedAtMs: number
      /** undefined where the monitor was killed and the container outlived it */
      readonly monitorPid: number | undefined
    }
  | { readonly state: 'exited'; readonly exitCode: number; readonly startedAtMs: number; readonly finishedAtMs: number }

export type Living = Extract<MonitorRecord, { readonly pid: number }>
type Ended = Extract<MonitorRecord, { readonly state: 'exited' }>

/** Whether there is one to be read, which costs a twentieth of the error that says there is none. */
export function hasRecord(runDir: string): boolean {
  return existsSync(join(runDir, 'record'))
}

/** Reads the record that the monitor keeps in the container's runtime directory. Format: engine/launcher/monitor.c. */
export function readRecord(runDir: string): MonitorRecord {
  const text = readTextIfExists(join(runDir, 'record'), 4096) ?? ''
  const end = parseEnd(text)
  if (end) return end
  const [word, ...fields] = text.trim().split(' ')
  if (word !== 'running' && word !== 'initialized') return { state: 'none' }
  const [pid = '', startTime = '', monitorPid = '', monitorStart = '', startedAt = ''] = fields
  const monitorLives = isProcess(Number(monitorPid), monitorStart)
  if (!monitorLives && !isProcess(Number(pid), startTime)) return lostOrExited(runDir, `${pid} ${startTime}`)
  return {
    state: word,
    pid: Number(pid),
    startTime,
    startedAtMs: Number(startedAt),
    monitorPid: monitorLives ? Number(monitorPid) : undefined,
  }
}

/** "exited STATUS STARTED FINISHED", as it stands in the record and as all who wait are told. Undefined where it is something else. */
export function parseEnd(text: string): Ended | undefined {
  const [word, ...fields] = text.trim().split(' ')
  if (word !== 'exited') return undefined
  const [exitCode, startedAt, finishedAt] = fields.map(Number)
  return { state: 'exited', exitCode: exitCode ?? 0, startedAtMs: startedAt ?? 0, finishedAtMs: finishedAt ?? 0 }
}

/** The monitor may have written the end and gone between our two looks. */
function lostOrExited(runDir: string, processName: string): MonitorRecord {
  const again = readTextIfExists(join(runDir, 'record'), 4096) ?? ''
  return again.startsWith('exited') ? readRecord(runDir) : { state: 'lost', foundAtMs: lostAtMs(runDir, processName) }
}
