import type { ContainerRow } from '../../../storage/state/container-row.ts'
import { recordedCgroup } from '../../cgroup/record.ts'
import type { Engine } from '../../engine.ts'
import { goTime } from '../../go-map.ts'
import { readHealth } from '../../health/read-health.ts'
import { readRecord } from '../../monitor/record.ts'
import type { ContainerConfig } from '../config.ts'
import { hasProcesses } from '../is-up.ts'

/** The member State, as it is now. */
export function describeState(engine: Engine, row: ContainerRow, config: ContainerConfig) {
  const isUp = hasProcesses(row)
  const runDir = engine.runDir(row.id)
  const record = isUp ? readRecord(runDir) : undefined
  return {
    OciVersion: config.spec.ociVersion,
    Status: row.status,
    // Docker calls a paused container running, too; podman does not.
    Running: row.status === 'running' || row.status === 'stopping',
    Paused: row.status === 'paused',
    Restarting: row.status === 'restarting',
    OOMKilled: row.oomKilled,
    Dead: false,
    Pid: isUp ? (row.pid ?? 0) : 0,
    ConmonPid: record?.state === 'running' ? (record.monitorPid ?? 0) : 0,
    ExitCode: row.exitCode ?? 0,
    Error: row.error ?? '',
    StartedAt: goTime(row.startedAtMs),
    FinishedAt: goTime(row.finishedAtMs),
    Health: describeHealth(runDir, config),
    CgroupPath: recordedCgroup(runDir) ?? '',
    CheckpointedAt: goTime(null),
    RestoredAt: goTime(null),
    StoppedByUser: row.stoppedByUser,
  }
}

function describeHealth(runDir: string, config: ContainerConfig) {
  const health = config.health ? readHealth(runDir, config.health.maxLogCount) : undefined
  return {
    Status: config.health ? health?.status || 'starting' : '',
    FailingStreak: health?.failingStreak ?? 0,
    Log: (health?.log ?? []).map(({ startMs, endMs, exitCode, output }) => ({
      Start: goTime(startMs),
      End: goTime(endMs),
      ExitCode: exitCode,
      Output: output,
    })),
  }
}
