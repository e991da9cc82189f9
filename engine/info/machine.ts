import { statfsSync } from 'node:fs'
import { readTextIfExists } from '../../base/files.ts'
import { fileSystemName } from './file-systems.ts'

export function describeFileSystem(path: string) {
  const { type, bsize, blocks, bfree } = statfsSync(path)
  return {
    type: fileSystemName(type) ?? '<unknown>',
    allocatedBytes: blocks * bsize,
    usedBytes: (blocks - bfree) * bsize,
  }
}

/** Source: os-release(5). */
export function describeDistribution(text: string) {
  const value = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? ''
  const [codename, variant] = [value('VERSION_CODENAME'), value('VARIANT_ID')]
  return {
    ...(codename === '' ? {} : { codename }),
    distribution: value('ID') || 'unknown',
    ...(variant === '' ? {} : { variant }),
    version: value('VERSION_ID') || 'unknown',
  }
}

/** In bytes. Pure. Source: proc_meminfo(5). */
export function parseMemory(text: string) {
  const value = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024
  return {
    memFree: value('MemFree'),
    memTotal: value('MemTotal'),
    swapFree: value('SwapFree'),
    swapTotal: value('SwapTotal'),
  }
}

/** Since the machine was started. Pure. Source: proc_stat(5), the line `cpu`. */
export function parseCpuUse(text: string) {
  const numbers = (/^cpu +(.*)$/m.exec(text)?.[1] ?? '').split(' ').map(Number)
  const total = numbers.slice(0, 8).reduce((sum, number) => sum + number, 0) || 1
  const percent = (part: number): number => Math.round((part / total) * 10_000) / 100
  const [user = 0, nice = 0, system = 0, idle = 0] = numbers
  return { idlePercent: percent(idle), systemPercent: percent(system), userPercent: percent(user + nice) }
}

/** `6h 19m 44.00s (Approximately 0.25 days)`, as podman has it. Pure. */
export function uptimeText(seconds: number): string {
  const text = `${Math.trunc(seconds / 3600)}h ${Math.trunc(seconds / 60) % 60}m ${(seconds % 60).toFixed(2)}s`
  return seconds < 3600 ? text : `${text} (Approximately ${(seconds / 86_400).toFixed(2)} days)`
}

export function readProc(name: string): string {
  return readTextIfExists(`/proc/${name}`, 1 << 22) ?? ''
}
