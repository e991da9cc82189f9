import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import type { OciResources } from '../spec/oci.ts'
import { type Limit, limitsOf } from './limits.ts'
import { limitUnavailable } from './problem.ts'

/** What a file of a cgroup says that sets no limit. Source: kernel documentation, cgroup-v2.rst. */
const UNLIMITED: Readonly<Record<string, string>> = {
  'cpu.max': 'max',
  'cpu.weight': '100',
  'cpuset.cpus': '',
  'cpuset.mems': '',
  'io.bfq.weight': 'default 100',
  'io.weight': 'default 100',
  'memory.high': 'max',
  'memory.low': '0',
  'memory.max': 'max',
  'memory.swap.max': 'max',
  'pids.max': 'max',
}

/** Pure: what has to be written to get from one set of limits to another. */
export function changedLimits(before: OciResources, after: OciResources): Limit[] {
  const wanted = limitsOf(after)
  const old = limitsOf(before)
  const isWanted = ({ file }: Limit): boolean => wanted.some((limit) => limit.file === file)
  const same = (limit: Limit): boolean => old.some(({ file, value }) => file === limit.file && value === limit.value)
  const lifted = old.filter((limit) => !isWanted(limit))
  return [
    ...lifted.map((limit) => ({ ...limit, value: UNLIMITED[limit.file] ?? 'max' })),
    ...wanted.filter((limit) => !same(limit)),
  ]
}

/**
 * Gives a cgroup that is in use other limits: all of them, or none where one is refused.
 *
 * @throws {TspodError} E_CGROUP_UNAVAILABLE
 */
export function changeLimits(cgroup: string, before: OciResources, after: OciResources): void {
  const done: { readonly path: string; readonly value: string }[] = []
  for (const limit of changedLimits(before, after)) {
    const path = join(cgroup, limit.file)
    const old = readTextIfExists(path, 4096)?.trim()
    if (old === undefined && limit.optional) continue
    try {
      writeFileSync(path, limit.value, { flag: 'r+' })
      if (old !== undefined) done.push({ path, value: old })
    } catch (error) {
      for (const { path, value } of done.reverse()) writeFileSync(path, value, { flag: 'r+' })
      if (!(error instanceof Error && 'code' in error)) throw error
      throw refused(limit, path, error)
    }
  }
}

function refused({ flag, controller, file, value }: Limit, path: string, error: Error): Error {
  if (isErrno(error, 'ENOENT')) {
    const reason = `the container's cgroup has no ${controller} controller`
    return limitUnavailable(flag, { reason, hint: 'update it while it is stopped, and start it again' }, error)
  }
  if (!isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EINVAL', 'ERANGE', 'ENODEV', 'EOPNOTSUPP')) return error
  const hint = `check that ${value} is a value for ${file} of this host`
  return limitUnavailable(flag, { reason: `writing ${value} to ${path}: ${error.code}`, hint }, error)
}
