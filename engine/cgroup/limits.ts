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

/** Source: kernel documentation, cgroup-v2.rst, cpu.max. */
const PERIOD_US = 100_000

/**
 * The files to write. Pure.
 *
 * @see kernel documentation, cgroup-v2.rst
 */
export function limitsOf({ memory, cpu, pids, blockIO, unified }: OciResources): Limit[] {
  return [
    ...(memory ? memoryLimits(memory) : []),
    ...(cpu ? cpuLimits(cpu) : []),
    ...(pids ? [{ controller: 'pids', flag: '--pids-limit', file: 'pids.max', value: `${pids.limit}` }] : []),
    ...(blockIO
      ? [{ controller: 'io', flag: '--blkio-weight', file: 'io.weight', value: ioWeight(blockIO.weight) }]
      : []),
    ...Object.entries(unified ?? {}).map(([file, value]) => ({
      controller: file.slice(0, file.indexOf('.')),
      flag: '--cgroup-conf',
      file,
      value,
    })),
  ]
}

/** As much swap again as memory, which is what --memory alone means. Source: podman-run(1), "--memory-swap". */
function memoryLimits({ limit = 0, swap = 0, reservation = 0 }: NonNullable<OciResources['memory']>): Limit[] {
  const controller = 'memory'
  const swapOnly = swap < 0 ? 'max' : `${swap === 0 ? limit : swap - limit}`
  return [
    ...(limit > 0
      ? [
          { controller, flag: '--memory', file: 'memory.max', value: `${limit}` },
          {
            controller,
            flag: swap === 0 ? '--memory' : '--memory-swap',
            file: 'memory.swap.max',
            value: swapOnly,
            optional: true,
          },
        ]
      : []),
    ...(reservation > 0
      ? [{ controller, flag: '--memory-reservation', file: 'memory.low', value: `${reservation}` }]
      : []),
  ]
}

function cpuLimits({ quota, period, shares, cpus, mems }: NonNullable<OciResources['cpu']>): Limit[] {
  const max = { controller: 'cpu', flag: '--cpus', file: 'cpu.max' }
  return [
    ...(quota || period ? [{ ...max, value: `${quota ?? 'max'} ${period ?? PERIOD_US}` }] : []),
    ...(shares ? [{ controller: 'cpu', flag: '--cpu-shares', file: 'cpu.weight', value: cpuWeight(shares) }] : []),
    ...(cpus ? [{ controller: 'cpuset', flag: '--cpuset-cpus', file: 'cpuset.cpus', value: cpus }] : []),
    ...(mems ? [{ controller: 'cpuset', flag: '--cpuset-mems', file: 'cpuset.mems', value: mems }] : []),
  ]
}

/** From 2…262144 to 1…10000. Source: OCI runtime-spec, which leaves it to the runtimes; this is what all of them do. */
function cpuWeight(shares: number): string {
  return `${Math.floor(1 + ((shares - 2) * 9999) / 262_142)}`
}

/** From 10…1000 to 1…10000, in the same way. */
function ioWeight(weight: number): string {
  return `${Math.floor(1 + ((weight - 10) * 9999) / 990)}`
}
