import { closeSync, existsSync, mkdirSync, read, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { startChild } from '../../base/child.ts'
import { TspodError } from '../../base/errors.ts'
import { pipe } from '../../base/libc.ts'
import { listProcesses } from '../../base/process-start.ts'
import { openHandle } from '../../storage/copying/descriptors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { compileHoldPlan, HELD } from '../plan/compile-hold-plan.ts'
import { encodePlan } from '../plan/encode.ts'
import { explainFailure } from '../plan/explain.ts'
import type { Step } from '../plan/step.ts'
import { parseContainerConfig } from './config.ts'
import { mountSources } from './inside-source.ts'
import { containerRootfs } from './rootfs.ts'

/** The root directory of a container, as it sees it. */
export interface HeldRoot extends AsyncDisposable {
  /** a handle */
  readonly fd: number
}

/**
 * Mounts the files of a container that does not run, volumes and all, in a mount namespace that
 * nobody else sees, and gives a handle of its root. What is written goes where the container's own
 * writing would. It ends with the handle, and with us. The caller has the container's lock.
 *
 * @throws {TspodError} E_LAUNCH_FAILED
 */
export async function holdRoot(engine: Engine, row: ContainerRow): Promise<HeldRoot> {
  const plan = holdPlan(engine, row)
  const ready = pipe()
  try {
    const holder = startHolder(engine, plan, ready.to)
    closeSync(ready.to)
    try {
      if ((await readSome(ready.from)) === 0) throw await holder.failure()
      const fd = openHandle(`/proc/${holderOf(holder.pid)}/root`)
      return {
        fd,
        [Symbol.asyncDispose]: async () => {
          closeSync(fd)
          await holder.end()
        },
      }
    } catch (error) {
      await holder.end()
      throw error
    }
  } finally {
    closeSync(ready.from)
  }
}

function holdPlan(engine: Engine, row: ContainerRow): Step[] {
  const config = parseContainerConfig(row.config)
  const { spec } = config
  const mountPoint = join(engine.storage.paths.root, 'mount/root')
  const runDir = engine.runDir(row.id)
  mkdirSync(mountPoint, { recursive: true, mode: 0o700 })
  mkdirSync(runDir, { recursive: true, mode: 0o700 })
  return compileHoldPlan({
    rootfs: containerRootfs(engine, row, config),
    mountPoint,
    // What the kernel makes is empty while nobody runs; a source that has gone shows what is below it.
    mounts: spec.mounts.filter(({ type, source }) => type === 'bind' && !isOfHost(source) && existsSync(source)),
    readonly: spec.root.readonly,
    logFile: join(runDir, 'rootfs.log'),
    sourceOf: mountSources(config.volumes),
  })
}

function isOfHost(source: string): boolean {
  return /^\/(proc|sys|dev)(\/|$)/.test(source)
}

/** A launcher that carries out a plan, and holds what it made until `end`. */
function startHolder(engine: Engine, plan: readonly Step[], stdout: number) {
  const child = startChild(engine.launcher, ['run'], {
    stdio: ['ignore', stdout, 'ignore', 'pipe'],
    detached: true,
    cwd: '/',
  })
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('close', () => resolve())
  })
  const control = child.stdio[3] as Duplex | null | undefined
  let said = ''
  control?.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1')
  })
  control?.on('error', () => {}) // shows as its end
  control?.write(encodePlan(plan))
  return {
    pid: child.pid ?? -1,
    /** Resolves when nothing is mounted any more: the container may be started again. */
    async end(): Promise<void> {
      control?.destroy()
      await ended
    },
    async failure(): Promise<Error> {
      await ended
      const [word, index, errno] = said.trim().split(' ')
      if (word === 'failed') return explainFailure(plan, Number(index), Number(errno))
      return new TspodError('E_LAUNCH_FAILED', 'the launcher was killed while it mounted the files of the container')
    },
  }
}

/** How much came; 0 where the other end was closed. */
function readSome(fd: number): Promise<number> {
  const chunk = Buffer.alloc(HELD.length)
  return new Promise((resolve, reject) =>
    read(fd, chunk, 0, chunk.length, null, (error, count) => (error ? reject(error) : resolve(count))),
  )
}

/** The launcher's child that is in another mount namespace. Source: mount_namespaces(7). */
function holderOf(launcher: number): number {
  const namespaceOf = (pid: number): string => readlinkSync(`/proc/${pid}/ns/mnt`)
  const own = namespaceOf(launcher)
  const found = listProcesses().find(({ pid, parent }) => parent === launcher && namespaceOf(pid) !== own)
  if (!found) throw new Error('the launcher holds the files of a container without a process in their namespace')
  return found.pid
}
