import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { reasonOf, TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { asCaller } from '../callers-umask.ts'
import { cgroupCaller } from '../cgroup/caller.ts'
import { createCgroup } from '../cgroup/create.ts'
import { findParent } from '../cgroup/find-parent.ts'
import { recordCgroup } from '../cgroup/record.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { type Launched, launch } from '../launcher/launch.ts'
import { readRecord } from '../monitor/record.ts'
import { forgetLost } from '../monitor/watched.ts'
import { launchIntoNetworks } from '../network/launch-into.ts'
import { forgetMends } from '../network/mend-limit.ts'
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from '../plan/detach-keys.ts'
import type { NetworkAttachment } from '../plan/network-steps.ts'
import type { StreamName } from '../plan/stream-steps.ts'
import { withFault } from '../plan/with-fault.ts'
import { requireDescriptors } from '../preserved-descriptors.ts'
import { type ContainerConfig, parseContainerConfig } from './config.ts'
import { containerPlan, type PlanOptions } from './plan.ts'
import { nameHolder } from './port-holder.ts'
import { preparePorts, publishContainerPorts, removeApiSocket } from './publish.ts'
import { refreshHosts } from './refresh-hosts.ts'
import { releaseCgroup } from './release.ts'
import { renewResolvConf } from './renew-resolv-conf.ts'
import { noteRunroot } from './runs-elsewhere.ts'
import { requireWhole } from './whole.ts'

const SIGKILL = 9
/** Source: libuv's words for EACCES, which explain.ts has, too. */
const REFUSED = ': permission denied'

export interface StartOptions {
  /** the caller's stdin, stdout and stderr become the container's */
  readonly foreground: boolean
  /** only these of them; what the request says where it is absent */
  readonly streams?: readonly StreamName[]
  /** in place of those of the request */
  readonly detachKeys?: string
  /** all is made, and the program waits for `releaseInitialized` */
  readonly init?: boolean
  /** the executing process dies before this step; for the tests of what is left behind */
  readonly killBefore?: number
}

/** How often other ports of the host are chosen, where the choice was ours and somebody was faster. */
const PORT_ATTEMPTS = 3

/**
 * Starts a container that has been created; resolves once its program runs and the database says so.
 *
 * @throws {TspodError} E_LAUNCH_FAILED: exit code 126 or 127 where the program cannot be run
 * @throws {TspodError} E_CGROUP_UNAVAILABLE: a limit was asked for and cannot be kept
 * @throws {TspodError} E_CONTAINER_INCOMPLETE: a removal of it was cut short
 * @throws {TspodError} E_NAMESPACE_OWNER: whose namespaces it is to share does not run
 */
export async function startContainer(engine: Engine, row: ContainerRow, options: StartOptions): Promise<Launched> {
  for (let [now, attempt] = [row, 1]; ; attempt++) {
    try {
      return await startOnce(engine, now, options)
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !(error instanceof TspodError) || error.code !== 'E_PORT_IN_USE') throw error
      const { chooseOtherPorts } = await import('./choose-other-ports.ts')
      const other = await chooseOtherPorts(engine, now)
      if (!other) throw error
      now = other
    }
  }
}

async function startOnce(engine: Engine, row: ContainerRow, options: StartOptions): Promise<Launched> {
  const runDir = engine.runDir(row.id)
  mkdirSync(runDir, { recursive: true, mode: 0o700 })
  const config = parseContainerConfig(row.config)
  try {
    const { spec, request } = config
    await preparePorts(engine, row, config)
    const streams = options.foreground ? (options.streams ?? streamsOf(request)) : []
    const preserveFds = options.foreground ? (request.preserveFds ?? 0) : 0
    requireDescriptors(engine, preserveFds)
    const cgroup =
      request.cgroups === 'disabled'
        ? undefined
        : await createCgroup(findParent(cgroupCaller(engine.host, request)), row.id, spec.linux.resources)
    if (cgroup !== undefined) recordCgroup(runDir, cgroup)
    const planOptions: PlanOptions = {
      streams,
      detachKeys: parseDetachKeys(options.detachKeys ?? request.detachKeys ?? DEFAULT_DETACH_KEYS),
      cgroup,
      waits: options.init ?? false,
      preserveFds,
    }
    const launchPlan = async (networks: NetworkAttachment | undefined): Promise<Launched> => {
      const plan = await containerPlan(engine, row, { ...planOptions, ...(networks && { networks }) })
      return await launch(withFault(plan, options.killBefore), {
        launcher: engine.launcher,
        foreground: options.foreground || request.logDriver === 'passthrough',
        rawTerminal: spec.process.terminal && streams.includes('stdin') && request.interactive === true,
        takeLauncher: engine.takeLauncher,
        preservedDescriptors: preserveFds,
      })
    }
    if (row.startedAtMs !== null) forgetLastStart(engine, row)
    const isNamed = config.networkMode === 'bridge'
    if (!isNamed && row.startedAtMs !== null) refreshHosts(engine, row, undefined)
    const launched = await (isNamed ? launchIntoNetworks(engine, row, launchPlan) : launchPlan(undefined))
    try {
      await publishContainerPorts(engine, row)
    } catch (error) {
      launched.signal(SIGKILL)
      await launched.exited()
      throw error
    }
    await noteStart(engine, row, launched, options)
    return launched
  } catch (error) {
    releaseCgroup(engine, row.id)
    if (config.networkMode === 'slirp4netns') removeApiSocket(engine, row.id)
    if (row.restartCount === 0) rmSync(runDir, { recursive: true, force: true })
    if (engine.storage.containers.find(row.id)) requireWhole(engine, row.id)
    throw await explained(engine, config, nameHolder(engine, error, { id: row.id, ports: config.ports ?? [] }))
  }
}

/** Who may not use a mount is told whose it is. */
async function explained(engine: Engine, config: ContainerConfig, error: unknown): Promise<unknown> {
  const isRefused = error instanceof TspodError && error.code === 'E_LAUNCH_FAILED' && error.message.includes(REFUSED)
  if (!isRefused || config.volumes.length === 0) return error
  const { withMountHint } = await import('../why/hint-of-start.ts')
  return withMountHint(engine, config, error)
}

/** What is of the time before, or may be another now. */
function forgetLastStart(engine: Engine, row: ContainerRow): void {
  forgetMends(engine.runDir(row.id))
  forgetLost(engine.runDir(row.id))
  renewResolvConf(engine, row)
}

/** Source: podman-run(1), "--attach": all that there are, where none is named. */
function streamsOf(request: { readonly attach?: readonly string[] }): StreamName[] {
  const wanted = request.attach?.map((name) => name.toLowerCase()) ?? []
  const all: StreamName[] = ['stdin', 'stdout', 'stderr']
  return wanted.length === 0 ? all : all.filter((name) => wanted.includes(name))
}

/** A container that nobody can find must not run. */
async function noteStart(engine: Engine, row: ContainerRow, launched: Launched, options: StartOptions): Promise<void> {
  try {
    if (!options.init) noteRunning(engine, row, launched)
    else recordContainerEvent(engine, row, 'init')
  } catch (error) {
    launched.signal(SIGKILL)
    if (!options.init) await launched.exited()
    throw error
  }
}

/** Writes down that it runs: in the database, in the file that was asked for, among the events. */
export function noteRunning(
  engine: Engine,
  row: ContainerRow,
  { pid, startTime, startedAtMs }: Pick<Launched, 'pid' | 'startTime' | 'startedAtMs'>,
): void {
  noteRunroot(engine)
  engine.storage.containers.update(row.id, { status: 'running', pid, pidStartTime: startTime, startedAtMs })
  recordContainerEvent(engine, row, 'start')
  const { pidfile, monitorPidfile } = parseContainerConfig(row.config).request
  if (pidfile !== undefined) asCaller(engine, () => writePidfile(pidfile, pid))
  if (monitorPidfile === undefined) return
  const record = readRecord(engine.runDir(row.id))
  const monitorPid = record.state === 'running' ? record.monitorPid : undefined
  if (monitorPid !== undefined) asCaller(engine, () => writePidfile(monitorPidfile, monitorPid))
}

function writePidfile(path: string, pid: number): void {
  try {
    writeFileSync(path, `${pid}`)
  } catch (error) {
    throw new TspodError('E_PIDFILE', `could not write ${path}: ${reasonOf(error)}`, { cause: error })
  }
}
