import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, TspodError } from '../../base/errors.ts'
import { describeNetwork, parseNetworkMode } from '../../network/describe.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { createCgroup } from '../cgroup/create.ts'
import { findParent } from '../cgroup/find-parent.ts'
import { recordCgroup } from '../cgroup/record.ts'
import type { Engine } from '../engine.ts'
import { type Launched, launch } from '../launcher/launch.ts'
import { compilePlan } from '../plan/compile-plan.ts'
import type { Step } from '../plan/step.ts'
import { withFault } from '../plan/with-fault.ts'
import { parseContainerConfig } from './config.ts'
import { releaseCgroup } from './release.ts'

const SIGKILL = 9

export interface StartOptions {
  /** the caller's stdin, stdout and stderr become the container's */
  readonly foreground: boolean
  /** the executing process dies before this step; for the tests of what is left behind */
  readonly killBefore?: number
}

/**
 * Starts a container that has been created; resolves once its program runs and the database says so.
 *
 * @throws {TspodError} E_LAUNCH_FAILED: exit code 126 or 127 where the program cannot be run
 * @throws {TspodError} E_CGROUP_UNAVAILABLE: a limit was asked for and cannot be kept
 */
export async function startContainer(engine: Engine, row: ContainerRow, options: StartOptions): Promise<Launched> {
  const runDir = engine.runDir(row.id)
  mkdirSync(runDir, { recursive: true, mode: 0o700 })
  try {
    const { spec, request } = parseContainerConfig(row.config)
    const cgroup = await createCgroup(findParent(engine.host), row.id, spec.linux.resources)
    if (cgroup !== undefined) recordCgroup(runDir, cgroup)
    const plan = containerPlan(engine, row, { foreground: options.foreground, cgroup })
    const launched = await launch(withFault(plan, options.killBefore), {
      launcher: engine.launcher,
      foreground: options.foreground,
      rawTerminal: options.foreground && spec.process.terminal && request.interactive === true,
      takeLauncher: engine.takeLauncher,
    })
    try {
      noteStart(engine, row.id, launched, request.pidfile)
    } catch (error) {
      launched.signal(SIGKILL) // a container that nobody can find must not run
      await launched.exited()
      throw error
    }
    return launched
  } catch (error) {
    releaseCgroup(engine, row.id)
    rmSync(runDir, { recursive: true, force: true })
    throw error
  }
}

function noteStart(engine: Engine, id: string, launched: Launched, pidfile: string | undefined): void {
  engine.storage.containers.update(id, {
    status: 'running',
    pid: launched.pid,
    pidStartTime: launched.startTime,
    startedAtMs: launched.startedAtMs,
  })
  if (pidfile === undefined) return
  try {
    writeFileSync(pidfile, `${launched.pid}`)
  } catch (error) {
    throw new TspodError('E_PIDFILE', `could not write ${pidfile}: ${messageOf(error)}`, { cause: error })
  }
}

/** What the launcher will be told to do for this container. */
function containerPlan(
  engine: Engine,
  row: ContainerRow,
  { foreground, cgroup }: { readonly foreground: boolean; readonly cgroup?: string | undefined },
): Step[] {
  const { paths } = engine.storage
  const config = parseContainerConfig(row.config)
  const { request } = config
  const network = describeNetwork(
    parseNetworkMode(config.networkMode),
    { userNamespace: engine.host.rootless },
    engine.findProgram,
  )
  const mountPoint = join(paths.root, 'mount')
  mkdirSync(mountPoint, { recursive: true, mode: 0o700 })
  return compilePlan(config.spec, {
    rootfs: engine.storage.driver().describe(row.id, row.layers),
    mountPoint,
    isVolatile: row.autoRemove,
    runDir: engine.runDir(row.id),
    logFile: join(engine.containerDir(row.id), 'ctr.log'),
    interactive: request.interactive ?? false,
    cleanupArgv: [...engine.selfArgv, 'container', 'cleanup', row.id],
    foreground,
    init: request.init ?? false,
    isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === false,
    ...(config.filterFile ? { filterFile: join(paths.root, 'seccomp', config.filterFile) } : {}),
    ...(network.helper ? { helper: network.helper } : {}),
    ...(cgroup === undefined ? {} : { cgroup }),
  })
}
