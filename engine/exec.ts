import { join } from 'node:path'
import { TspodError } from '../base/errors.ts'
import { comeNear } from './cgroup/enter.ts'
import { recordedCgroup } from './cgroup/record.ts'
import { type ContainerConfig, parseContainerConfig } from './container/config.ts'
import { readContainerUsers } from './container/users.ts'
import type { Engine } from './engine.ts'
import { launch } from './launcher/launch.ts'
import { readRecord } from './monitor/record.ts'
import { compileExecPlan } from './plan/compile-exec-plan.ts'
import { withFault } from './plan/with-fault.ts'
import { proxySignals } from './proxy-signals.ts'
import { generateExecProcess } from './spec/generate-exec-process.ts'

export interface ExecRequest {
  readonly command: readonly string[]
  readonly interactive?: boolean
  readonly tty?: boolean
  readonly detach?: boolean
  readonly env?: readonly string[]
  readonly envFiles?: readonly string[]
  readonly workdir?: string
  readonly user?: string
  readonly privileged?: boolean
  /** see StartOptions */
  readonly killBefore?: number
}

/**
 * Runs a process more in a running container and resolves with its exit status. The database is
 * read and not written.
 *
 * @throws {TspodError} E_CONTAINER_NOT_RUNNING
 * @see podman-exec(1)
 */
export async function execInContainer(
  engine: Engine,
  ref: string,
  request: ExecRequest,
): Promise<{ exitCode: number }> {
  const row = engine.storage.containers.resolve(ref)
  const record = readRecord(engine.runDir(row.id))
  if (record.state !== 'running') {
    throw new TspodError('E_CONTAINER_NOT_RUNNING', `container ${row.name} is not running`, { exitCode: 255 })
  }
  const config = parseContainerConfig(row.config)
  const process = generateExecProcess({
    request,
    container: config.spec,
    privileged: request.privileged ?? false,
    hostEnv: engine.env,
    userDatabase: readContainerUsers(engine, row),
  })
  const cgroup = recordedCgroup(engine.runDir(row.id))
  if (cgroup !== undefined) await comeNear(cgroup, engine.host)
  const plan = compileExecPlan(process, {
    pid: record.pid,
    startTime: record.startTime,
    namespaces: config.spec.linux.namespaces.map(({ type }) => type),
    gidMappings: config.spec.linux.gidMappings,
    interactive: request.interactive ?? false,
    foreground: !request.detach,
    ...filterOf(engine, config, request.privileged ?? false),
    ...(cgroup === undefined ? {} : { cgroup }),
  })
  using signals = request.detach ? undefined : proxySignals()
  const launched = await launch(withFault(plan, request.killBefore), {
    launcher: engine.launcher,
    foreground: !request.detach,
    rawTerminal: !request.detach && process.terminal && request.interactive === true,
    takeLauncher: engine.takeLauncher,
  })
  if (request.detach) {
    launched.leave()
    return { exitCode: 0 }
  }
  signals?.to(launched)
  const { exitCode, gone } = await launched.exited()
  await gone()
  return { exitCode }
}

function filterOf(engine: Engine, config: ContainerConfig, privileged: boolean): { filterFile?: string } {
  return config.filterFile === undefined || privileged
    ? {}
    : { filterFile: join(engine.storage.paths.root, 'seccomp', config.filterFile) }
}
