/** A process beside the container that serves it: what to run, and which of its namespaces it is given. */
export interface HelperCommand {
  readonly name: string
  /** absolute path */
  readonly program: string
  readonly args: readonly string[]
  readonly env: readonly string[]
  /** see `namespacePath` */
  readonly namespaces?: readonly HelperNamespace[]
  /** it keeps no descriptors: see `namespaceFile` */
  readonly byFiles?: boolean
}

export type HelperNamespace = keyof typeof NAMESPACE_FD

/** Where a helper that is given this namespace finds it. */
export function namespacePath(type: HelperNamespace): string {
  return `/proc/self/fd/${NAMESPACE_FD[type]}`
}

/** Where one finds it that closes all descriptors at its start: in its working directory, seen by nobody else. */
export function namespaceFile(type: HelperNamespace): string {
  return `./${type}.ns`
}

/** Descriptors that the launcher gives every helper. Source: engine/launcher/launcher.h. */
export const HELPER_READY_FD = 4
export const HELPER_EXIT_FD = 5
export const HELPER_FUSE_FD = 6

/** Free in every helper. */
export const NAMESPACE_FD = { user: 7, net: 8 } as const
