import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno, messageOf, TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { randomHex } from '../../base/random.ts'
import type { OciResources } from '../spec/oci.ts'
import {
  type CgroupCaller,
  type Cgroupfs,
  type CgroupParent,
  findDirectory,
  findParent,
  ownCgroup,
  parentAt,
} from './find-parent.ts'
import { type Limit, limitsOf } from './limits.ts'
import { limitUnavailable, notDelegated, type Problem } from './problem.ts'
import { removeCgroup } from './remove.ts'
import { type Manager, startScope } from './scope.ts'

/** Switched on wherever they are to be had: what `stats` counts, and what limits can be changed by later. */
const WANTED = ['cpu', 'io', 'memory', 'pids']

/** What the kernel says where a cgroup, or a controller in it, is not to be had. */
const REFUSALS = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'EBUSY', 'EAGAIN', 'ENOSPC', 'EINVAL', 'EOPNOTSUPP', 'ENODEV']

/**
 * Says before anything is made that a limit could not be kept, as far as that shows.
 *
 * @throws {TspodError} E_CGROUP_UNAVAILABLE
 */
export function requireLimits(caller: CgroupCaller, resources: OciResources): void {
  if (limitsOf(resources).length > 0) checkLimits(findParent(caller), resources)
}

/** As `requireLimits`, once the parent is known. */
export function checkLimits(parent: CgroupParent, resources: OciResources): void {
  for (const { flag, controller } of limitsOf(resources)) {
    if (parent.kind === 'none') throw limitUnavailable(flag, parent.problem)
    if (parent.controllers?.includes(controller) ?? true) continue
    throw limitUnavailable(
      flag,
      parent.kind === 'systemd' ? notDelegated(controller, "systemd's user manager") : parent.missing(controller),
    )
  }
}

/**
 * Makes the cgroup of a container, with its limits, and resolves with its directory; with
 * `undefined` where there can be none and no limit was asked for. Where systemd gives it, the
 * calling process moves into the container's scope too, and its children with it: the container's
 * process may then be moved from there, and the scope lasts as long as the container's monitor.
 *
 * @throws {TspodError} E_CGROUP_UNAVAILABLE: a limit was asked for and cannot be kept
 */
export async function createCgroup(
  parent: CgroupParent,
  id: string,
  resources: OciResources,
): Promise<string | undefined> {
  if (parent.kind === 'systemd') return await createInScope(parent.manager, id, resources)
  return createBelow(parent, `tspod-${id}`, resources)
}

async function createInScope(manager: Manager, id: string, resources: OciResources): Promise<string | undefined> {
  // A container that starts again may find its former scope still there.
  const unit = `tspod-${id.slice(0, 12)}-${randomHex(4)}.scope`
  try {
    await startScope(manager, { unit, description: `tspod container ${id.slice(0, 12)}`, pid: process.pid })
  } catch (error) {
    if (!(error instanceof TspodError && ['E_DBUS', 'E_SCOPE'].includes(error.code))) throw error
    const directory = findDirectory()
    if (directory.kind === 'cgroupfs') return createBelow(directory, `tspod-${id}`, resources)
    const reason = `systemd gave no cgroup (${messageOf(error)})`
    return unlessLimited(resources, { reason, hint: 'check "systemctl --user status"' })
  }
  const scope = ownCgroup()
  if (!scope?.endsWith(`/${unit}`)) throw new Error(`systemd started ${unit}, but this process is in ${scope}`)
  enterLeaf(scope)
  return createBelow(parentAt(scope), 'container', resources)
}

/** A cgroup with processes of its own cannot give controllers to others, so what is not the container goes aside. */
function enterLeaf(scope: string): void {
  const leaf = join(scope, 'monitor')
  mkdirSync(leaf)
  writeFileSync(join(leaf, 'cgroup.procs'), `${process.pid}`)
}

function createBelow(
  parent: Exclude<CgroupParent, { kind: 'systemd' }>,
  name: string,
  resources: OciResources,
): string | undefined {
  checkLimits(parent, resources)
  if (parent.kind === 'none') return undefined
  const path = join(parent.parent, name)
  try {
    makeEmpty(path)
  } catch (error) {
    if (!isErrno(error, ...REFUSALS)) throw error
    const reason = `no cgroup can be made in ${parent.parent}: ${error.code}`
    return unlessLimited(resources, { reason, hint: 'see the limits on cgroups in "man 7 cgroups"' }, error)
  }
  try {
    applyLimits(parent, path, limitsOf(resources))
  } catch (error) {
    removeCgroup(path)
    throw error
  }
  return path
}

function makeEmpty(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
    removeCgroup(path) // of the last run; one that cannot go serves again
    mkdirSync(path, { recursive: true })
  }
}

function applyLimits(parent: Cgroupfs, path: string, limits: readonly Limit[]): void {
  const enabled = new Set(readTextIfExists(join(parent.parent, 'cgroup.subtree_control'))?.split(/\s+/))
  for (const controller of new Set([...WANTED, ...limits.map(({ controller }) => controller)])) {
    if (!parent.controllers.includes(controller) || enabled.has(controller)) continue
    const [limit] = limits.filter((limit) => limit.controller === controller)
    write(join(parent.parent, 'cgroup.subtree_control'), `+${controller}`, limit)
  }
  for (const limit of limits) write(join(path, limit.file), limit.value, limit)
}

/** A file of the kernel: no error for what nobody asked for. */
function write(file: string, value: string, limit: Limit | undefined): void {
  try {
    writeFileSync(file, value, { flag: 'r+' }) // not created: a cgroup has the files it has
  } catch (error) {
    if (!isErrno(error, ...REFUSALS, 'ERANGE')) throw error
    if (!limit || (limit.optional && error.code === 'ENOENT')) return
    const hint = `check that ${limit.value} is a value for ${limit.file} of this host`
    throw limitUnavailable(limit.flag, { reason: `writing ${value} to ${file}: ${error.code}`, hint }, error)
  }
}

function unlessLimited(resources: OciResources, problem: Problem, cause?: unknown): undefined {
  const [limit] = limitsOf(resources)
  if (limit) throw limitUnavailable(limit.flag, problem, cause)
}
