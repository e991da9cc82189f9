import { join } from 'node:path'
import type { ContainerRow } from '../storage/state/container-row.ts'
import { comeNear } from './cgroup/enter.ts'
import { recordedCgroup } from './cgroup/record.ts'
import { type ContainerConfig, networkPath, parseContainerConfig } from './container/config.ts'
import { readContainerUsers } from './container/users.ts'
import type { Engine } from './engine.ts'
import { compileExecPlan, type ExecContext } from './plan/compile-exec-plan.ts'
import type { Step } from './plan/step.ts'
import type { StreamContext } from './plan/stream-steps.ts'
import { withSecretEnv } from './secret/secret-env.ts'
import { type ExecProcessInput, generateExecProcess } from './spec/generate-exec-process.ts'
import type { OciNamespaceType } from './spec/oci.ts'

export interface ExecPlanInput {
  readonly target: ExecContext['target']
  readonly request: ExecProcessInput['request'] & { readonly privileged?: boolean }
  readonly streams: StreamContext
  readonly preservedDescriptors?: number
}

/** The plan of a process more in a container. */
export async function execPlan(engine: Engine, row: ContainerRow, input: ExecPlanInput): Promise<Step[]> {
  const { request, streams } = input
  const config = parseContainerConfig(row.config)
  const privileged = request.privileged ?? false
  const process = generateExecProcess({
    request,
    container: withSecretEnv(config, engine.containerDir(row.id)),
    privileged,
    hostEnv: engine.env,
    userDatabase: readContainerUsers(engine, row),
  })
  const cgroup = recordedCgroup(engine.runDir(row.id))
  if (cgroup !== undefined) await comeNear(cgroup, engine.host)
  return compileExecPlan(process, {
    ...streams,
    target: input.target,
    namespaces: namespacesOf(config),
    uidMappings: config.spec.linux.uidMappings,
    gidMappings: config.spec.linux.gidMappings,
    preservedDescriptors: input.preservedDescriptors ?? 0,
    ...(config.filterFile === undefined || privileged
      ? {}
      : { filterFile: join(engine.storage.paths.root, 'seccomp', config.filterFile) }),
    ...(cgroup === undefined ? {} : { cgroup }),
  })
}

/** Those that the container does not share with us: its own, and those of others. */
function namespacesOf(config: ContainerConfig): OciNamespaceType[] {
  const own = config.spec.linux.namespaces.map(({ type }) => type)
  const entered = networkPath(config) === undefined ? [] : (['network'] as const)
  return [...new Set([...own, ...joinedTypes(config), ...entered])]
}

/** Which namespaces of other containers it is in. */
function joinedTypes({ joined = {} }: ContainerConfig): OciNamespaceType[] {
  return Object.keys(joined) as (keyof typeof joined)[]
}
