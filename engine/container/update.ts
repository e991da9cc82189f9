import { UndoStack } from '../../base/undo.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { cgroupCaller } from '../cgroup/caller.ts'
import { changeLimits } from '../cgroup/change-limits.ts'
import { requireLimits } from '../cgroup/create.ts'
import { findParent } from '../cgroup/find-parent.ts'
import { limitsOf } from '../cgroup/limits.ts'
import { limitUnavailable } from '../cgroup/problem.ts'
import { recordedCgroup } from '../cgroup/record.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import type { RunRequest } from '../request.ts'
import type { OciResources } from '../spec/oci.ts'
import { parseEnv } from '../spec/parse-env.ts'
import { parseHealth } from '../spec/parse-health.ts'
import { parseRestart } from '../spec/parse-restart.ts'
import { imageVariables, joinEnv } from '../spec/process-env.ts'
import { containerResources } from '../spec/resources.ts'
import type { ChangedPorts, changeContainerPorts, PortWords } from './change-ports.ts'
import { type ContainerConfig, parseContainerConfig } from './config.ts'
import { lockContainer } from './lock.ts'
import { settle } from './reconcile.ts'
import { ruleOf } from './states.ts'

const LIMITS = [
  'memory',
  'memorySwap',
  'memoryReservation',
  'cpus',
  'cpuShares',
  'cpuPeriod',
  'cpuQuota',
  'cpusetCpus',
  'cpusetMems',
  'pidsLimit',
  'blkioWeight',
] as const satisfies (keyof RunRequest)[]

/** What may be changed of a container; what is absent stays as it is. */
export type UpdateRequest = Pick<RunRequest, (typeof LIMITS)[number] | 'restart' | 'health' | 'env' | 'unsetenv'> &
  PortWords

/**
 * Changes the limits of a container, at once where it runs, and what it will be started with: its
 * restart policy and health check, and its environment. Published ports are others at once, too.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF; whatever in the request is wrong
 * @throws {TspodError} E_CGROUP_UNAVAILABLE: a limit cannot be kept; then nothing has been changed
 * @see podman-update(1)
 */
export async function updateContainer(engine: Engine, ref: string, change: UpdateRequest): Promise<{ id: string }> {
  const { containers } = engine.storage
  const { id } = containers.resolve(ref)
  await using _lock = await lockContainer(engine, id)
  const row = settle(engine, containers.resolve(id))
  const before = parseContainerConfig(row.config)
  const { publishAdd, publishRm, ...others } = change
  const after = changedConfig(engine, row, before, others)
  await using undo = new UndoStack()
  const words = { publishAdd, publishRm }
  const isAboutPorts = Boolean(publishAdd?.length || publishRm?.length)
  const ports = isAboutPorts ? await changeOtherPorts(engine, row, { words, isLive: isLive(row), undo }) : undefined
  applyLimits(engine, row, before.spec.linux.resources, after.spec.linux.resources)
  containers.update(id, { config: ports ? withPorts(after, ports.config) : after })
  undo.keep()
  if (ports) containers.update(id, { config: withPorts(after, await ports.finish()) })
  recordContainerEvent(engine, row, 'update')
  return { id }
}

/** Loaded late: few change ports. */
async function changeOtherPorts(...args: Parameters<typeof changeContainerPorts>): Promise<ChangedPorts> {
  const { changeContainerPorts } = await import('./change-ports.ts')
  return await changeContainerPorts(...args)
}

function withPorts({ strayPorts: _, ...config }: ContainerConfig, ports: ChangedPorts['config']): ContainerConfig {
  return { ...config, ...ports }
}

function changedConfig(
  engine: Engine,
  row: ContainerRow,
  before: ContainerConfig,
  change: Omit<UpdateRequest, keyof PortWords>,
): ContainerConfig {
  const { restart, health, env, unsetenv, ...limits } = change
  const { restart: oldRestart, health: oldHealth, ...kept } = before
  const request = {
    ...before.request,
    ...limits,
    ...(restart === undefined ? {} : { restart }),
    ...(health === undefined ? {} : { health: { ...before.request.health, ...health } }),
  }
  const image = row.imageId === null ? undefined : engine.storage.images.find(row.imageId)
  const newRestart = restart === undefined ? oldRestart : parseRestart(restart)
  const newHealth = health === undefined ? oldHealth : parseHealth(request.health, image?.config.healthcheck)
  const { spec } = before
  const variables = [...imageVariables(spec.process.env), ...(env ?? []).flatMap((text) => parseEnv(text, engine.env))]
  return {
    ...kept,
    request,
    ...(newRestart === undefined ? {} : { restart: newRestart }),
    ...(newHealth === undefined ? {} : { health: newHealth }),
    spec: {
      ...spec,
      process: { ...spec.process, env: joinEnv(variables.filter(([name]) => !unsetenv?.includes(name))) },
      linux: {
        ...spec.linux,
        resources: LIMITS.some((name) => limits[name] !== undefined)
          ? containerResources(request)
          : spec.linux.resources,
      },
    },
  }
}

/** One that does not run gets them when it is started; that it could is said now. */
function applyLimits(engine: Engine, row: ContainerRow, before: OciResources, after: OciResources): void {
  if (before === after) return
  const { request } = parseContainerConfig(row.config)
  if (!isLive(row)) {
    requireLimits(cgroupCaller(engine.host, request), after)
    return
  }
  const cgroup = recordedCgroup(engine.runDir(row.id))
  if (cgroup !== undefined) {
    changeLimits(cgroup, before, after)
    return
  }
  const [limit] = limitsOf(after)
  const parent = findParent(cgroupCaller(engine.host, request))
  const reason = parent.kind === 'none' ? parent.problem.reason : 'it was started where none could be made'
  throw limitUnavailable(limit?.flag ?? 'a limit', {
    reason: `the running container ${row.name} has no cgroup: ${reason}`,
    hint: parent.kind === 'none' ? parent.problem.hint : 'update it while it is stopped, and start it again',
  })
}

function isLive({ status }: ContainerRow): boolean {
  const rule = ruleOf('update', status)
  return rule.kind === 'works' && rule.what !== 'from its start'
}
