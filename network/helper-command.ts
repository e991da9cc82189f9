/** A process beside the container that gives it its network: what to run and how it learns the container's pid. */
export interface HelperCommand {
  readonly name: string
  /** absolute path */
  readonly program: string
  /** a string, or the container's pid between two strings */
  readonly args: readonly (string | PidArg)[]
  readonly env: readonly string[]
}

export interface PidArg {
  readonly before: string
  readonly after: string
}

/** The path of a namespace of the container's process. Source: proc_pid_ns(5). */
export function namespacePath(type: 'net' | 'user'): PidArg {
  return { before: '/proc/', after: `/ns/${type}` }
}

/** Descriptors that the launcher gives every helper. Source: engine/launcher/launcher.h. */
export const HELPER_READY_FD = 4
export const HELPER_EXIT_FD = 5
export const HELPER_FUSE_FD = 6
