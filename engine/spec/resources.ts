import type { RunRequest } from '../request.ts'
import { badValue } from './bad-value.ts'
import type { OciResources } from './oci.ts'
import { parseSize } from './parse-size.ts'

/** Source: kernel documentation, cgroup-v2.rst, cpu.max. */
const PERIOD_US = 100_000
const MIN_QUOTA_US = 1_000

/** A page: with less nothing can run, so it is a slip. */
const MIN_MEMORY_BYTES = 4096

/**
 * The limits that were asked for. 0 is no limit, and so is a negative number of processes.
 *
 * @throws {TspodError} E_BAD_SIZE, E_BAD_CPUS, E_BAD_PIDS_LIMIT
 * @see podman-run(1), "--memory", "--cpus", "--pids-limit"
 */
export function containerResources(request: Pick<RunRequest, 'memory' | 'cpus' | 'pidsLimit'>): OciResources {
  const limit = request.memory === undefined ? 0 : parseSize(request.memory, '--memory')
  if (limit > 0 && limit < MIN_MEMORY_BYTES) {
    throw badValue(
      'E_BAD_SIZE',
      '--memory',
      request.memory ?? '',
      'too little for any program',
      'add a unit, as in 64m',
    )
  }
  const quota = request.cpus === undefined ? 0 : parseCpus(request.cpus)
  const pids = request.pidsLimit ?? 0
  if (!Number.isSafeInteger(pids)) throw badValue('E_BAD_PIDS_LIMIT', '--pids-limit', `${pids}`, 'not a whole number')
  return {
    ...(limit > 0 && { memory: { limit } }),
    ...(quota > 0 && { cpu: { quota, period: PERIOD_US } }),
    ...(pids > 0 && { pids: { limit: pids } }),
  }
}

/** A number of processors as microseconds in each period. */
function parseCpus(text: string): number {
  const quota =
    /^\d{0,5}(\.\d{0,9})?$/.test(text) && /\d/.test(text) ? Math.round(Number(text) * PERIOD_US) : Number.NaN
  if (Number.isNaN(quota))
    throw badValue('E_BAD_CPUS', '--cpus', text, 'not a number of processors', 'write a number as in 1.5')
  if (Number(text) > 0 && quota < MIN_QUOTA_US) throw badValue('E_BAD_CPUS', '--cpus', text, 'the least is 0.01')
  return quota
}
