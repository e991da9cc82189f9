import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../../base/clock.ts'
import type { Engine } from '../engine.ts'
import { hasProcesses } from './is-up.ts'
import { type ContainerRow, listContainers } from './list.ts'
import { observe } from './reconcile.ts'
import { type ContainerUsage, NO_USAGE, readUsage } from './stats/read-usage.ts'

export interface ContainerStats extends ContainerUsage {
  readonly id: string
  readonly name: string
  /** of one processor, since the look before; since its start where there was none */
  readonly cpuPercent: number
  /** since its start */
  readonly averageCpuPercent: number
  readonly memoryPercent: number
  /** when this was so */
  readonly atMs: number
}

export interface StatsOptions {
  /** names and ids; all that run where there are none */
  readonly refs?: readonly string[]
  /** those that do not run, too */
  readonly all?: boolean
  readonly intervalMs: number
  /** the first report is an interval late, and says what happened in it */
  readonly measured?: boolean
}

interface Sample {
  readonly cpuMs: number
  readonly takenMs: number
}

/**
 * What containers use, again and again. Ends when those that were named are all gone; it is for
 * the caller to stop listening otherwise.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF: of those named, at the beginning
 * @see podman-stats(1)
 */
export async function* watchStats(engine: Engine, options: StatsOptions): AsyncGenerator<readonly ContainerStats[]> {
  const { containers } = engine.storage
  const { refs = [], intervalMs } = options
  const named = refs.length === 0 ? undefined : refs.map((ref) => containers.resolve(ref).id)
  const before = new Map<string, Sample>()
  let warned = false
  for (let round = 0; ; round++) {
    const rows = named
      ? named.flatMap((id) => containers.find(id) ?? []).map((row) => observe(engine, row))
      : listContainers(engine, { all: options.all ?? false })
    if (named && rows.length === 0) return
    const stats = rows.map((row) => measure(engine, row, before))
    if (!warned && stats.some(({ isSummed }) => isSummed)) {
      engine.warn(
        'a container without a cgroup, or without some of its controllers: its use is summed over its processes',
      )
      warned = true
    }
    if (round > 0 || !options.measured) yield stats
    await sleep(intervalMs)
  }
}

function measure(engine: Engine, row: ContainerRow, before: Map<string, Sample>): ContainerStats {
  const usage = hasProcesses(row) ? readUsage(engine, row) : NO_USAGE
  const [nowMs, takenMs] = [Date.now(), monotonicMs()]
  const upMs = Math.max(1, nowMs - (row.startedAtMs ?? nowMs))
  const last = before.get(row.id)
  const averageCpuPercent = (usage.cpuMs / upMs) * 100
  const cpuPercent = last
    ? (Math.max(0, usage.cpuMs - last.cpuMs) / Math.max(1, takenMs - last.takenMs)) * 100
    : averageCpuPercent
  before.set(row.id, { cpuMs: usage.cpuMs, takenMs })
  return {
    ...usage,
    id: row.id,
    name: row.name,
    cpuPercent,
    averageCpuPercent,
    memoryPercent: usage.memoryLimitBytes === 0 ? 0 : (usage.memoryBytes / usage.memoryLimitBytes) * 100,
    atMs: nowMs,
  }
}
