import type { IdMapping, OciNamespaceType, OciProcess } from '../spec/oci.ts'
import { CLONE } from './constants.ts'
import { becomeProgram, becomeRoot, restrictProcess } from './process-steps.ts'
import { type Step, step } from './step.ts'
import { type StreamContext, streamSteps } from './stream-steps.ts'

export interface ExecContext extends StreamContext {
  /** the container's first process; or the runtime directory whose record will name it */
  readonly target: { readonly pid: number; readonly startTime: string } | { readonly recordedIn: string }
  /** those the container does not share with us */
  readonly namespaces: readonly OciNamespaceType[]
  /** of the container's user namespace */
  readonly uidMappings: readonly IdMapping[]
  readonly gidMappings: readonly IdMapping[]
  readonly preservedDescriptors?: number
  readonly filterFile?: string
  readonly cgroup?: string
}

/**
 * A process more in a running container: the monitor stays outside. Its child is made by a process that has joined
 * all: one that the container sees and that has the host's root file system still would show it that in /proc. Pure.
 */
export function compileExecPlan(process: OciProcess, context: ExecContext): Step[] {
  const joined = context.namespaces.reduce((sum, type) => sum | CLONE[type], 0)
  const filtered = context.filterFile !== undefined
  const { target, preservedDescriptors = 0 } = context
  const child = [
    step('wait for the cgroup', 'sync'),
    ...becomeRoot(process, context),
    step('leave the session', 'session'),
    process.terminal ? step('open a terminal', 'terminal', process.user.uid) : step('connect the streams', 'stdio'),
    step('set the umask', 'umask', process.user.umask),
    ...restrictProcess(process, filtered),
    ...becomeProgram(process, { init: false, filtered, preservedDescriptors }),
  ]
  const inContainer = [
    step('join the namespaces of the container', 'join', joined),
    step('start a process in the container', 'sibling', 0, child.length),
    ...child,
    step('join the container', 'done'),
  ]
  return [
    ...(context.filterFile ? [step('read the seccomp filter', 'read-filter', context.filterFile)] : []),
    'recordedIn' in target
      ? step('join the container', 'join-recorded', target.recordedIn)
      : step('join the container', 'join-pid', `${target.pid}`, target.startTime),
    ...(preservedDescriptors > 0 ? [step('keep descriptors', 'kept', preservedDescriptors)] : []),
    ...streamSteps(process.terminal, context),
    step('join the container', 'beside', inContainer.length),
    ...inContainer,
    step('join the container', 'await-sync'),
    ...(context.cgroup ? [step(`enter the cgroup ${context.cgroup}`, 'cgroup', context.cgroup)] : []),
    step('release the process', 'release'),
    step('start the process', 'await-exec'),
    step('leave the directory', 'chdir', '/'),
    step('watch the process', 'supervise'),
  ]
}
