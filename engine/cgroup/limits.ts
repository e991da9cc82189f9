import type { OciResources } from '../spec/oci.ts'

/** One limit, and the file of a cgroup that takes it. */
export interface Limit {
  readonly controller: string
  /** as the user wrote it */
  readonly flag: string
  readonly file: string
  readonly value: string
  /** a kernel without this file does not have the resource either */
  readonly optional?: boolean
}

/**
 * The files to write. Pure.
 *
 * @see kernel documentation, cgroup-v2.rst
 */
export function limitsOf({ memory, cpu, pids }: OciResources): Limit[] {
  return [
    ...(memory?.limit ? memoryLimits(memory.limit) : []),
    ...(cpu
      ? [
          {
            controller: 'cpu',
            flag: '--cpus',
            file: 'cpu.max',
            value: `${cpu.quota ?? 'max'} ${cpu.period ?? 100_000}`,
          },
        ]
      : []),
    ...(pids ? [{ controller: 'pids', flag: '--pids-limit', file: 'pids.max', value: `${pids.limit}` }] : []),
  ]
}

/** As much swap again as memory, which is what --memory alone means. Source: podman-run(1), "--memory-swap". */
function memoryLimits(bytes: number): Limit[] {
  const limit = { controller: 'memory', flag: '--memory', value: `${bytes}` }
  return [
    { ...limit, file: 'memory.max' },
    { ...limit, file: 'memory.swap.max', optional: true },
  ]
}
