import type { PodStats } from '../../engine/pod/stats.ts'
import { shortId } from '../../ui/text/truncate.ts'
import { podmanStats } from './stats.ts'

export const POD_STATS_HEADINGS: Readonly<Record<string, string>> = {
  BlockIO: 'BLOCK IO',
  CPU: 'CPU %',
  Mem: 'MEM %',
  MemUsage: 'MEM USAGE/ LIMIT',
  MemUsageBytes: 'MEM USAGE/ LIMIT',
  NetIO: 'NET IO',
  PIDS: 'PIDS',
}

const COLUMNS = ['Pod', 'CID', 'Name', 'CPU', 'MemUsage', 'Mem', 'NetIO', 'BlockIO', 'PIDS']
export const POD_STATS_TABLE = `table ${COLUMNS.map((name) => `{{.${name}}}`).join('\\t')}`

/** What a template for `pod stats` may name, and its JSON. Source: podman-pod-stats(1), "--format". */
export function podStatsFields(stats: PodStats) {
  const { CPUPerc, MemPerc, MemUsage, MemUsageBytes, NetIO, BlockIO, PIDS } = podmanStats(stats, false)
  return {
    Pod: shortId(stats.podId),
    CID: shortId(stats.id),
    Name: stats.name,
    CPU: CPUPerc,
    MemUsage,
    MemUsageBytes,
    Mem: MemPerc,
    NetIO,
    BlockIO,
    PIDS,
  }
}
