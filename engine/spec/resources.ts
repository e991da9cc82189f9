import type { RunRequest } from '../request.ts'
import { badValue } from './bad-value.ts'
import { cpuResources } from './cpu-resources.ts'
import type { OciResources } from './oci.ts'
import { parseSize } from './parse-size.ts'

/** A page: with less nothing can run, so it is a slip. */
const MIN_MEMORY_BYTES = 4096

export type ResourceRequest = Pick<
  RunRequest,
  | 'memory'
  | 'memorySwap'
  | 'memoryReservation'
  | 'cpus'
  | 'cpuShares'
  | 'cpuPeriod'
  | 'cpuQuota'
  | 'cpusetCpus'
  | 'cpusetMems'
  | 'pidsLimit'
  | 'blkioWeight'
  | 'cgroupConf'
>

/**
 * The limits that were asked for. 0 is no limit, and so is a negative number of processes.
 *
 * @throws {TspodError} E_BAD_SIZE, E_BAD_CPUS, E_BAD_PIDS_LIMIT, E_BAD_LIMIT
 * @see podman-run(1), "--memory", "--cpus", "--pids-limit" and their like
 */
export function containerResources(request: ResourceRequest): OciResources {
  const memory = memoryResources(request)
  const cpu = cpuResources(request)
  const pids = request.pidsLimit ?? 0
  if (!Number.isSafeInteger(pids)) throw badValue('E_BAD_PIDS_LIMIT', '--pids-limit', `${pids}`, 'not a whole number')
  const weight = request.blkioWeight ?? 0
  if (weight !== 0 && !(Number.isInteger(weight) && weight >= 10 && weight <= 1000))
    throw badValue('E_BAD_LIMIT', '--blkio-weight', `${weight}`, 'not a whole number from 10 to 1000')
  const unified = Object.fromEntries((request.cgroupConf ?? []).map(parseFile))
  return {
    ...(memory && { memory }),
    ...(cpu && { cpu }),
    ...(pids > 0 && { pids: { limit: pids } }),
    ...(weight > 0 && { blockIO: { weight } }),
    ...(Object.keys(unified).length > 0 && { unified }),
  }
}

/** `swap` is memory and swap together, as the flag; -1 is no limit on it. */
function memoryResources(request: ResourceRequest): OciResources['memory'] {
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
  const reservation =
    request.memoryReservation === undefined ? 0 : parseSize(request.memoryReservation, '--memory-reservation')
  const swap = parseSwap(request.memorySwap, limit)
  if (limit > 0 && reservation > limit)
    throw badValue('E_BAD_SIZE', '--memory-reservation', request.memoryReservation ?? '', 'more than --memory')
  if (limit === 0 && reservation === 0) return undefined
  return {
    ...(limit > 0 && { limit }),
    ...(swap !== 0 && { swap }),
    ...(reservation > 0 && { reservation }),
  }
}

function parseSwap(text: string | undefined, limit: number): number {
  if (text === undefined) return 0
  const swap = text === '-1' ? -1 : parseSize(text, '--memory-swap')
  if (swap === -1 && limit === 0) return 0
  if (swap !== 0 && limit === 0)
    throw badValue('E_BAD_SIZE', '--memory-swap', text, 'there is no --memory for it to be more than')
  if (swap > 0 && swap < limit)
    throw badValue('E_BAD_SIZE', '--memory-swap', text, 'less than --memory, which is part of it')
  return swap
}

/** `--cgroup-conf`: a file of the cgroup, which has its controller in front, and what is written to it. */
function parseFile(text: string): [string, string] {
  const [, file, value] = /^([a-z]+\.[a-z0-9_.]{1,60})=([^\n\0]{1,1000})$/i.exec(text) ?? []
  if (file !== undefined && value !== undefined) return [file, value]
  throw badValue('E_BAD_LIMIT', '--cgroup-conf', text, 'not a file of a cgroup and its value', 'write memory.high=64M')
}
