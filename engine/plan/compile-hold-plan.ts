import type { Rootfs } from '../../storage/drivers/driver.ts'
import type { OciMount } from '../spec/oci.ts'
import { CLONE, MOUNT_ATTR, MS } from './constants.ts'
import { type MountSource, mountSteps } from './mount-steps.ts'
import { mountRootfs, serveRootfs } from './rootfs-steps.ts'
import { type Step, step } from './step.ts'

export interface HoldContext {
  readonly rootfs: Rootfs
  /** an empty directory; the mount on it is seen by the holder alone */
  readonly mountPoint: string
  /** the container's volumes */
  readonly mounts: readonly OciMount[]
  readonly readonly: boolean
  /** of a program that serves the root file system, where one does */
  readonly logFile: string
  /** what the source of a mount is */
  readonly sourceOf: (path: string) => MountSource
}

/** What the holder writes to its stdout when all is mounted. */
export const HELD = 'held\n'

/**
 * The root file system of a container that does not run, with its volumes, in a mount namespace of
 * its own, as long as whoever asked for it keeps the launcher's socket open. Nothing of the
 * container is run. Pure.
 */
export function compileHoldPlan(context: HoldContext): Step[] {
  const { rootfs, mountPoint, mounts } = context
  const steps = mounts.map((mount, slot) => mountSteps(mount, slot, context.sourceOf(mount.source)))
  const child = [
    step('be ended with the holder', 'death-signal', 9),
    step('detach from the mounts of the host', 'mount', '', '', '/', MS.rec | MS.slave, ''),
    ...mountRootfs(rootfs, mountPoint, false),
    ...steps.flatMap(({ opened, before }) => [...opened, ...before]),
    step('make it the root file system', 'pivot', mountPoint),
    ...steps.flatMap(({ after }) => after),
    ...(context.readonly
      ? [step('make the root file system read-only', 'attributes', '/', MOUNT_ATTR.rdonly, 0, 0)]
      : []),
    step('wait until it is no longer needed', 'sync'),
    step('hold the files of the container', 'exec-failed'),
  ]
  return [
    step('make a mount namespace', 'clone', CLONE.mount, child.length),
    ...child,
    ...serveRootfs(rootfs, context.logFile),
    step('mount the files of the container', 'await-sync'),
    step('say that they are mounted', 'write', '/proc/self/fd/1', HELD),
    step('hold the files of the container', 'await-sync'),
  ]
}
