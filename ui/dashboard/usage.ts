import type { UsageItem } from './source.ts'

/** What a container uses, and what it used before. */
export interface Usage extends UsageItem {
  readonly takenMs: number
  /** of one processor; oldest first */
  readonly cpuPercents: readonly number[]
  /** of what it may have; oldest first */
  readonly memoryPercents: readonly number[]
}

/** As many as the widest graph shows. */
export const HISTORY = 16

/** Adds a look at some containers; those that were not looked at keep what they have. Pure. */
export function addUsage(
  before: ReadonlyMap<string, Usage>,
  items: readonly UsageItem[],
  takenMs: number,
): ReadonlyMap<string, Usage> {
  const all = new Map(before)
  for (const item of items) all.set(item.id, nextUsage(before.get(item.id), item, takenMs))
  return all
}

function nextUsage(last: Usage | undefined, item: UsageItem, takenMs: number): Usage {
  // One that was started anew begins at nothing.
  const isOn = last !== undefined && item.cpuMs >= last.cpuMs && takenMs > last.takenMs
  const memory = item.memoryLimitBytes === 0 ? 0 : (item.memoryBytes / item.memoryLimitBytes) * 100
  return {
    ...item,
    takenMs,
    cpuPercents: isOn
      ? [...last.cpuPercents, ((item.cpuMs - last.cpuMs) / (takenMs - last.takenMs)) * 100].slice(-HISTORY)
      : [],
    memoryPercents: [...(isOn ? last.memoryPercents : []), memory].slice(-HISTORY),
  }
}

const LEVELS = '▁▂▃▄▅▆▇█'

/** The last values as bars, the newest at the right. `full` is what fills one; more does, too. */
export function graph(values: readonly number[], width: number, full: number): string {
  const bars = values.slice(-width).map((value) => {
    const level = Math.round((Math.max(0, value) / full) * (LEVELS.length - 1))
    return LEVELS[Math.min(level, LEVELS.length - 1)] ?? ''
  })
  return bars.join('').padStart(width)
}
