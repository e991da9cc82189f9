import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { execPlan } from '../exec-plan.ts'
import { compilePlan } from '../plan/compile-plan.ts'
import { encodePlan } from '../plan/encode.ts'
import type { NetworkAttachment } from '../plan/network-steps.ts'
import type { Step } from '../plan/step.ts'
import type { StreamName } from '../plan/stream-steps.ts'
import type { HealthWatch, Watch } from '../plan/watch-steps.ts'
import { withSecretEnv } from '../secret/secret-env.ts'
import { ownerProcess } from './bind-to.ts'
import { type ContainerConfig, parseContainerConfig } from './config.ts'
import { describeContainerNetwork } from './describe-network.ts'
import { mountSources } from './inside-source.ts'
import { joinedProcesses } from './joined-processes.ts'
import { logTarget } from './log-target.ts'
import { portGateway } from './port-gateway.ts'
import { containerRootfs } from './rootfs.ts'

export interface PlanOptions {
  readonly streams: readonly StreamName[]
  readonly detachKeys: string
  readonly cgroup: string | undefined
  /** see PlanContext */
  readonly waits: boolean
  readonly preserveFds: number
  /** the named networks it becomes a member of */
  readonly networks?: NetworkAttachment
}

/** What the launcher will be told to do for this container. Writes the plan of its health checks beside its record. */
export async function containerPlan(engine: Engine, row: ContainerRow, options: PlanOptions): Promise<Step[]> {
  const { paths } = engine.storage
  const config = parseContainerConfig(row.config)
  const { request } = config
  const network = describeContainerNetwork(engine, row.id, config)
  const mountPoint = makeMountPoint(paths.root)
  const joined = joinedProcesses(engine, config)
  const log = logTarget(engine, row, config)
  const gateway = portGateway(engine, { id: row.id, ports: config.ports ?? [] }, network)
  return compilePlan(withSecretEnv(config, engine.containerDir(row.id)), {
    rootfs: containerRootfs(engine, row, config),
    mountPoint,
    isVolatile: row.autoRemove,
    runDir: engine.runDir(row.id),
    interactive: (request.interactive ?? false) || (request.attach?.includes('stdin') ?? false),
    attached: options.streams,
    passed: config.log?.driver === 'passthrough',
    detachKeys: options.detachKeys,
    waits: options.waits,
    preservedDescriptors: options.preserveFds,
    watch: await watchOf(engine, row, config),
    cleanupArgv: [...engine.selfArgv, 'container', 'cleanup', row.id],
    lookArgv: [...engine.selfArgv, 'network', 'reload', '--lost', row.id],
    init: request.init ?? false,
    holds: config.isInfra ?? false,
    joined,
    sourceOf: mountSources(config.volumes),
    ...(log ? { log } : {}),
    ...(config.filterFile ? { filterFile: join(paths.root, 'seccomp', config.filterFile) } : {}),
    ...(network.helper && config.joined?.network === undefined ? { helper: network.helper } : {}),
    ...(gateway ? { gateway } : {}),
    ...(options.networks ? { networks: options.networks } : {}),
    ...(options.cgroup === undefined ? {} : { cgroup: options.cgroup }),
  })
}

async function watchOf(engine: Engine, row: ContainerRow, config: ContainerConfig): Promise<Watch> {
  const { timeoutS, bindTo } = config.request
  return {
    ...(timeoutS ? { deadlineMs: timeoutS * 1000 } : {}),
    ...(bindTo === undefined ? {} : { owner: ownerProcess(bindTo) }),
    ...(config.health ? { health: await healthWatch(engine, row, config.health) } : {}),
  }
}

/** What the monitor keeps of a check: engine/launcher/health.c. */
const MOST_OUTPUT_BYTES = 65_536

async function healthWatch(
  engine: Engine,
  row: ContainerRow,
  health: NonNullable<ContainerConfig['health']>,
): Promise<HealthWatch> {
  const { intervalMs, timeoutMs, retries, maxLogSize, startup } = health
  return {
    planFile: await checkPlan(engine, row, { name: 'health.plan', argv: health.argv }),
    intervalMs,
    timeoutMs,
    // The first check comes at once, so that who is well soon is known to be; until one would have been due it costs nothing to fail.
    startPeriodMs: Math.max(health.startPeriodMs, intervalMs),
    startIntervalMs: Math.min(health.startIntervalMs || intervalMs, intervalMs),
    retries,
    outputBytes: maxLogSize > 0 ? Math.min(maxLogSize, MOST_OUTPUT_BYTES) : MOST_OUTPUT_BYTES,
    ...(startup && {
      startup: { ...startup, planFile: await checkPlan(engine, row, { name: 'startup.plan', argv: startup.argv }) },
    }),
  }
}

/** Writes the plan of a check beside the container's record, and returns the file. */
async function checkPlan(
  engine: Engine,
  row: ContainerRow,
  { name, argv }: { readonly name: string; readonly argv: readonly string[] },
): Promise<string> {
  const runDir = engine.runDir(row.id)
  const plan = await execPlan(engine, row, {
    target: { recordedIn: runDir },
    request: { command: argv },
    streams: { interactive: false, attached: ['stdout', 'stderr'] },
  })
  const file = join(runDir, name)
  writeFileSync(file, encodePlan(plan), { mode: 0o600 })
  return file
}

/** Everybody may enter the directory it is in, as the container's root, who looks it up, may be nobody there. The root around it is closed. */
function makeMountPoint(root: string): string {
  const mountPoint = join(root, 'mount/root')
  mkdirSync(mountPoint, { recursive: true, mode: 0o700 })
  chmodSync(join(root, 'mount'), 0o711)
  return mountPoint
}
