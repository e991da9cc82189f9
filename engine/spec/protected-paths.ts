import type { SecurityOptions } from './parse-security-opt.ts'

/** Source: podman-run(1), "--security-opt", "unmask". */
export const MASKED = [
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/fs/selinux',
  '/sys/dev/block',
  '/sys/devices/virtual/powercap',
]
const READONLY = ['/proc/asound', '/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']

export interface ProtectedPaths {
  readonly maskedPaths: readonly string[]
  readonly readonlyPaths: readonly string[]
}

/** Parts of /proc and /sys that the container does not see, or sees and cannot change. A privileged one has all but what it was asked to mask. */
export function protectedPaths(
  privileged: boolean,
  { mask, unmask }: Pick<SecurityOptions, 'mask' | 'unmask'>,
): ProtectedPaths {
  const patterns = unmask.map(patternOf)
  const stays = (path: string): boolean => !privileged && !patterns.some((pattern) => pattern.test(path))
  return {
    maskedPaths: [...new Set([...MASKED.filter(stays), ...mask])],
    readonlyPaths: READONLY.filter(stays),
  }
}

/** `*` is any run of characters but `/`; `ALL` is everything. */
function patternOf(glob: string): RegExp {
  if (glob.toUpperCase() === 'ALL') return /^/
  const literal = (text: string): string => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&')
  return new RegExp(`^${glob.split(/\*+/).map(literal).join('[^/]*')}$`)
}
