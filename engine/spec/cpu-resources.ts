import type { RunRequest } from '../request.ts'
import { badValue } from './bad-value.ts'
import type { OciResources } from './oci.ts'

/** Source: kernel documentation, cgroup-v2.rst, cpu.max. */
const PERIOD_US = 100_000
const MIN_QUOTA_US = 1_000
const MAX_PERIOD_US = 1_000_000

/** Source: kernel documentation, cgroup-v1/cpu shares, which runtimes take though version 2 has weights. */
const SHARES = { least: 2, most: 262_144 } as const

type CpuRequest = Pick<RunRequest, 'cpus' | 'cpuShares' | 'cpuPeriod' | 'cpuQuota' | 'cpusetCpus' | 'cpusetMems'>

/** @throws {TspodError} E_BAD_CPUS */
export function cpuResources(request: CpuRequest): OciResources['cpu'] {
  const { cpuPeriod = 0, cpuQuota = 0, cpuShares = 0, cpusetCpus, cpusetMems } = request
  if (request.cpus !== undefined && (cpuPeriod !== 0 || cpuQuota !== 0))
    throw badValue('E_BAD_CPUS', '--cpus', request.cpus, 'it says the same as --cpu-period and --cpu-quota')
  requireRange('--cpu-period', cpuPeriod, MIN_QUOTA_US, MAX_PERIOD_US)
  if (cpuQuota > 0) requireRange('--cpu-quota', cpuQuota, MIN_QUOTA_US, Number.MAX_SAFE_INTEGER)
  requireRange('--cpu-shares', cpuShares, 1, SHARES.most)
  const quota = request.cpus === undefined ? Math.max(0, cpuQuota) : parseCpus(request.cpus)
  const cpu = {
    ...(quota > 0 && { quota, period: cpuPeriod || PERIOD_US }),
    ...(quota === 0 && cpuPeriod > 0 && { period: cpuPeriod }),
    ...(cpuShares > 0 && { shares: Math.max(cpuShares, SHARES.least) }),
    ...(cpusetCpus ? { cpus: parseSet(cpusetCpus, '--cpuset-cpus') } : {}),
    ...(cpusetMems ? { mems: parseSet(cpusetMems, '--cpuset-mems') } : {}),
  }
  return Object.keys(cpu).length > 0 ? cpu : undefined
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

/** 0 is what was not asked for. */
function requireRange(flag: string, value: number, least: number, most: number): void {
  if (value === 0 || (Number.isInteger(value) && value >= least && value <= most)) return
  throw badValue('E_BAD_CPUS', flag, `${value}`, `not a whole number from ${least} to ${most}`)
}

/** Source: cpuset(7), "List format". */
function parseSet(text: string, flag: string): string {
  if (/^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?){0,1000}$/.test(text)) return text
  throw badValue('E_BAD_CPUS', flag, text, 'not a list of numbers', 'write it as in 0-2,4')
}
