import type { IdMapping, OciNamespaceType, OciProcess } from '../spec/oci.ts'
import { CLONE, IO } from './constants.ts'
import { becomeProgram, restrictProcess, setGroups } from './process-steps.ts'
import { type Step, step } from './step.ts'

export interface ExecContext {
  readonly pid: number
  readonly startTime: string
  /** those the container does not share with us */
  readonly namespaces: readonly OciNamespaceType[]
  /** of the container's user namespace */
  readonly gidMappings: readonly IdMapping[]
  readonly interactive: boolean
  readonly foreground: boolean
  readonly filterFile?: string
  readonly cgroup?: string
}

/** A process more in a running container: the monitor stays outside, its child joins. Pure. */
export function compileExecPlan(process: OciProcess, context: ExecContext): Step[] {
  const filtered = context.filterFile !== undefined
  const flags = context.namespaces.reduce((sum, type) => sum | CLONE[type], 0)
  const child = [
    step('join the namespaces of the container', 'join', flags),
    step('wait for the cgroup', 'sync'),
    step('become root of the user namespace', 'user', 0, 0),
    ...setGroups(process, context.gidMappings),
    step('leave the session', 'session'),
    process.terminal ? step('open a terminal', 'terminal', process.user.uid) : step('connect the streams', 'stdio'),
    step('set the umask', 'umask', process.user.umask),
    ...restrictProcess(process, filtered),
    ...becomeProgram(process, { init: false, filtered, keepDescriptors: 0 }),
  ]
  const io =
    (process.terminal ? IO.terminal : 0) | (context.interactive ? IO.stdin : 0) | (context.foreground ? IO.output : 0)
  return [
    ...(context.filterFile ? [step('read the seccomp filter', 'read-filter', context.filterFile)] : []),
    step('join the container', 'join-pid', `${context.pid}`, context.startTime),
    step('make the streams', 'io', io),
    step('start a process in the container', 'clone', 0, child.length),
    ...child,
    step('join the container', 'await-sync'),
    ...(context.cgroup ? [step(`enter the cgroup ${context.cgroup}`, 'cgroup', context.cgroup)] : []),
    step('release the process', 'release'),
    step('start the process', 'await-exec'),
    step('leave the directory', 'chdir', '/'),
    step('watch the process', 'supervise'),
  ]
}
