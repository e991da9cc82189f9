import { formatGoDuration } from '../../base/go-duration.ts'
import type { ContainerStats } from '../../engine/container/stats.ts'
import { formatBinarySize, formatSize } from '../../ui/text/sizes.ts'
import { shortId } from '../../ui/text/truncate.ts'

const percent = (value: number): string => `${value.toFixed(2)}%`
const pair = (one: number, other: number, format: (bytes: number) => string): string =>
  `${format(one)} / ${format(other)}`
const fourDigits = (bytes: number): string => formatSize(bytes, 4)

export const PODMAN_STATS_HEADINGS: Readonly<Record<string, string>> = {
  AVGCPU: 'AVG CPU %',
  BlockIO: 'BLOCK IO',
  CPUPerc: 'CPU %',
  MemPerc: 'MEM %',
  MemUsage: 'MEM USAGE / LIMIT',
  MemUsageBytes: 'MEM USAGE / LIMIT',
  NetIO: 'NET IO',
  PIDS: 'PIDS',
  UpTime: 'CPU TIME',
}

export const DOCKER_STATS_HEADINGS: Readonly<Record<string, string>> = {
  BlockIO: 'BLOCK I/O',
  CPUPerc: 'CPU %',
  ID: 'CONTAINER ID',
  MemPerc: 'MEM %',
  MemUsage: 'MEM USAGE / LIMIT',
  NetIO: 'NET I/O',
  PIDs: 'PIDS',
}

const COLUMNS = ['ID', 'Name', 'CPUPerc', 'MemUsage', 'MemPerc', 'NetIO', 'BlockIO'] as const
export const PODMAN_STATS_TABLE = `table ${[...COLUMNS, 'PIDS', 'UpTime', 'AVGCPU'].map(field).join('\\t')}`
export const DOCKER_STATS_TABLE = `table ${[...COLUMNS, 'PIDs'].map(field).join('\\t')}`

function field(name: string): string {
  return `{{.${name}}}`
}

/** What a template for podman's `stats` may name. Source: podman-stats(1), "--format". */
export function podmanStats(stats: ContainerStats, noTruncate: boolean) {
  const cpuNanos = Math.round(stats.cpuMs * 1e6)
  return {
    ID: noTruncate ? stats.id : shortId(stats.id),
    ContainerID: stats.id,
    Name: stats.name,
    AVGCPU: percent(stats.averageCpuPercent),
    AvgCPU: stats.averageCpuPercent,
    BlockIO: pair(stats.blockReadBytes, stats.blockWrittenBytes, fourDigits),
    BlockInput: stats.blockReadBytes,
    BlockOutput: stats.blockWrittenBytes,
    CPU: stats.cpuPercent,
    CPUNano: cpuNanos,
    CPUPerc: percent(stats.cpuPercent),
    CPUSystemNano: 0,
    Duration: cpuNanos,
    MemLimit: stats.memoryLimitBytes,
    MemPerc: percent(stats.memoryPercent),
    MemUsage: pair(stats.memoryBytes, stats.memoryLimitBytes, fourDigits),
    MemUsageBytes: pair(stats.memoryBytes, stats.memoryLimitBytes, formatBinarySize),
    NetIO: pair(stats.netInBytes, stats.netOutBytes, fourDigits),
    NetInput: stats.netInBytes,
    NetOutput: stats.netOutBytes,
    PIDS: `${stats.pids}`,
    PIDs: stats.pids,
    PerCPU: [],
    SystemNano: stats.atMs * 1e6,
    Up: formatGoDuration(stats.cpuMs),
    UpTime: formatGoDuration(stats.cpuMs),
  }
}

/** An element of podman's `stats --format json`. */
export function podmanStatsJson(stats: ContainerStats, noTruncate: boolean): Readonly<Record<string, string>> {
  const row = podmanStats(stats, noTruncate)
  return {
    id: row.ID,
    name: row.Name,
    cpu_time: row.Up,
    cpu_percent: row.CPUPerc,
    avg_cpu: row.AVGCPU,
    mem_usage: row.MemUsage,
    mem_percent: row.MemPerc,
    net_io: row.NetIO,
    block_io: row.BlockIO,
    pids: row.PIDS,
  }
}

/** What a template for docker's `stats` may name, and its JSON. Source: docker-stats(1), "--format". */
/** @param refs what containers were called on the command line: docker repeats that */
export function dockerStats(
  stats: ContainerStats,
  { noTruncate, refs }: { readonly noTruncate: boolean; readonly refs: readonly string[] },
): Readonly<Record<string, string>> {
  const id = noTruncate ? stats.id : shortId(stats.id)
  return {
    BlockIO: pair(stats.blockReadBytes, stats.blockWrittenBytes, formatSize),
    CPUPerc: percent(stats.cpuPercent),
    Container: refs.find((ref) => ref === stats.name || stats.id.startsWith(ref)) ?? id,
    ID: id,
    MemPerc: percent(stats.memoryPercent),
    MemUsage: pair(stats.memoryBytes, stats.memoryLimitBytes, formatBinarySize),
    Name: stats.name,
    NetIO: pair(stats.netInBytes, stats.netOutBytes, formatSize),
    PIDs: `${stats.pids}`,
  }
}
