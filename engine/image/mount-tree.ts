import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runChild, startChild } from '../../base/child.ts'
import { isErrno, TspodError } from '../../base/errors.ts'
import { readTextIfExists, writeAtomic } from '../../base/files.ts'
import { isProcess, processStartTime } from '../../base/process-start.ts'
import { signalProcess } from '../../base/signal-process.ts'
import { removeTree } from '../../storage/remove-tree.ts'
import type { Engine } from '../engine.ts'
import { isNotPermitted, runMountPlan } from './mount-plan.ts'
import { mountPointsIn } from './mount-points.ts'

/** Directories that are shown as one, read-only. */
export interface Tree {
  /** of the image or the container; 64 hexadecimal digits */
  readonly id: string
  /** absolute, the topmost first */
  readonly directories: readonly string[]
}

const SIGKILL = 9
const TREE_ID = /^[0-9a-f]{64}$/

/**
 * Mounts a tree and returns a path to it. Mounted already, it is not mounted again.
 *
 * Where we may mount, as root or inside `tspod unshare`, it is a mount like any other, gone with
 * its mount namespace. Elsewhere a small process holds it in a namespace of its own, and the path
 * goes through that process: it ends by `unmountTree` or with the session.
 *
 * @throws {TspodError} E_MOUNT_UNSUPPORTED: the storage driver has nothing to mount; E_LAUNCH_FAILED
 */
export async function mountTree(engine: Engine, tree: Tree): Promise<string> {
  await using _lock = await engine.storage.locks.acquire('mount', tree.id)
  const known = findMount(engine, tree.id)
  if (known !== undefined) return known
  const target = mountPoint(engine, tree.id)
  mkdirSync(target, { recursive: true, mode: 0o700 })
  try {
    return engine.storage.driverChoice().driver === 'fuse-overlayfs'
      ? await mountFuse(engine, tree, target)
      : await mountOverlay(engine, tree, target)
  } catch (error) {
    removeTree(join(target, '..'))
    throw error
  }
}

/** The path to a tree that is mounted. */
export function findMount(engine: Engine, id: string): string | undefined {
  const target = mountPoint(engine, id)
  const holder = readHolder(engine, id)
  if (holder !== undefined) return pathThrough(holder.pid, target)
  return mountPointsIn(readTextIfExists('/proc/self/mountinfo', 16 << 20) ?? '').includes(target) ? target : undefined
}

/** Ids of all trees that are mounted. */
export function mountedIds(engine: Engine): string[] {
  return namesIn(engine).filter((id) => findMount(engine, id) !== undefined)
}

/**
 * Unmounts a tree; false where it is not mounted. A directory that was unmounted stays: it may be
 * the mount point of another shell of `tspod unshare`, too.
 *
 * @throws {TspodError} E_MOUNT_BUSY
 */
export async function unmountTree(engine: Engine, id: string): Promise<boolean> {
  await using _lock = await engine.storage.locks.acquire('mount', id)
  const isMounted = findMount(engine, id) !== undefined
  const holder = readHolder(engine, id)
  if (holder) signalProcess(holder, SIGKILL)
  else if (isMounted) runChild('umount', ['--', mountPoint(engine, id)])
  if (holder || !isMounted) removeTree(join(directory(engine), id))
  else if (findMount(engine, id) !== undefined) throw mountBusy(mountPoint(engine, id))
  engine.storage.locks.forget('mount', id)
  return isMounted
}

/**
 * Takes away what is left of the mount of an image or a container that is gone, busy or not, with
 * its directory. One that is being mounted right now is left to `mountTree`'s caller, who looks
 * whether its object is still there.
 */
export function forgetMount(engine: Engine, id: string): void {
  if (!existsSync(join(directory(engine), id))) return
  using lock = engine.storage.locks.tryAcquire('mount', id)
  if (!lock) return
  const holder = readHolder(engine, id)
  if (holder) signalProcess(holder, SIGKILL)
  else if (findMount(engine, id) !== undefined) runChild('umount', ['-l', '--', mountPoint(engine, id)])
  removeTree(join(directory(engine), id))
  engine.storage.locks.forget('mount', id)
}

/** As `forgetMount`, for all of which there is neither an image nor a container: what killed commands left. */
export function sweepMounts(engine: Engine): void {
  const { containers, images } = engine.storage
  for (const id of namesIn(engine)) if (!containers.find(id) && !images.find(id)) forgetMount(engine, id)
}

async function mountOverlay(engine: Engine, tree: Tree, target: string): Promise<string> {
  const mount = { ...tree, target, layers: engine.storage.paths.layers, empty: engine.storage.paths.emptyLayer }
  try {
    await runMountPlan(engine, { ...mount, namespace: false, program: [requireProgram(engine, 'true')] })
    return target
  } catch (error) {
    if (!isNotPermitted(error)) throw error
  }
  const sleeper = [requireProgram(engine, 'sleep'), 'infinity']
  const pid = await runMountPlan(engine, { ...mount, namespace: true, program: sleeper })
  return keepHolder(engine, tree.id, pid)
}

/**
 * Only where we may mount: the kernel shows what a program of the user's namespace serves to nobody
 * outside of it. Source: fuse(8), "allow_other".
 */
async function mountFuse(engine: Engine, tree: Tree, target: string): Promise<string> {
  const options = `lowerdir=${tree.directories.map((path) => path.replace(/[\\,:]/g, '\\$&')).join(':')}`
  const child = startChild(requireProgram(engine, 'fuse-overlayfs'), ['-o', options, target], { stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  if (code === 0) return target
  throw new TspodError('E_MOUNT_UNSUPPORTED', 'with the storage driver fuse-overlayfs images are mounted only inside', {
    hint: 'run "tspod unshare", and mount it there',
  })
}

function mountBusy(path: string): TspodError {
  return new TspodError('E_MOUNT_BUSY', `${path} is in use`, {
    hint: 'leave the directory, and end what works in it, first',
  })
}

function keepHolder(engine: Engine, id: string, pid: number): string {
  writeAtomic(join(directory(engine), id, 'holder'), `${pid} ${processStartTime(pid) ?? ''}`, { sync: false })
  return pathThrough(pid, mountPoint(engine, id))
}

function readHolder(engine: Engine, id: string): { readonly pid: number; readonly startTime: string } | undefined {
  const [pid, startTime] = readTextIfExists(join(directory(engine), id, 'holder'), 256)?.split(' ') ?? []
  if (pid === undefined || startTime === undefined || !isProcess(Number(pid), startTime)) return undefined
  return { pid: Number(pid), startTime }
}

function requireProgram(engine: Engine, name: string): string {
  const found = engine.findProgram(name)
  if (found !== undefined) return found
  throw new TspodError('E_NO_PROGRAM', `no program ${name}`, { hint: `install ${name}` })
}

/** Source: proc_pid_root(5). */
function pathThrough(pid: number, target: string): string {
  return `/proc/${pid}/root${target}`
}

function namesIn(engine: Engine): string[] {
  try {
    return readdirSync(directory(engine)).filter((name) => TREE_ID.test(name))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}

function mountPoint(engine: Engine, id: string): string {
  return join(directory(engine), id, 'merged')
}

function directory(engine: Engine): string {
  return join(engine.storage.paths.runroot, 'mounts')
}
