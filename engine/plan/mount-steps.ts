import { relative } from 'node:path'
import { isKernelPath } from '../spec/kernel-paths.ts'
import type { OciMount } from '../spec/oci.ts'
import { COPY, MOUNT_ATTR, MS } from './constants.ts'
import { type MountOptions, parseMountOptions } from './mount-options.ts'
import { type Step, step } from './step.ts'

/** Steps of one mount, split at pivot_root: sources are opened before it, targets are looked up after it. */
export interface MountSteps {
  /** with the caller's rights, for what the container's root may not reach */
  readonly opened: readonly Step[]
  /** with those of the container's root, whom it is to belong to */
  readonly before: readonly Step[]
  readonly after: readonly Step[]
}

/** What is mounted from. */
export interface MountSource {
  /** the target has to be one, too */
  readonly isFile: boolean
  /** a directory that others can write to, and from which no link may lead to it */
  readonly within?: string | undefined
}

/** Types whose instance shows the namespaces of who makes it, and which the kernel grants only while another one is in sight. */
const NEEDS_SIGHT = new Set(['proc', 'sysfs', 'cgroup2', 'cgroup', 'mqueue'])

/**
 * @param slot a number no other mount of the plan has
 */
export function mountSteps(mount: OciMount, slot: number, { isFile, within }: MountSource): MountSteps {
  const options = parseMountOptions(mount.options)
  const { destination } = mount
  const place = isFile
    ? [
        step(`make the directory of ${destination}`, 'directory', parentOf(destination), 0o755),
        step(`make ${destination}`, 'file', destination),
      ]
    : [step(`make ${destination}`, 'directory', destination, 0o755), ...realPlace(mount)]
  if (options.bind || mount.type === 'bind') {
    const propagation = options.propagation || MS.private
    const recursive = options.recursive ? 1 : 0
    return {
      opened: [
        within === undefined
          ? step(opening(mount), 'tree', slot, mount.source, recursive)
          : step(opening(mount), 'tree-below', slot, within, relative(within, mount.source), recursive),
      ],
      before: [],
      after: [
        ...place,
        step(
          `mount ${mount.source} on ${destination}`,
          'attach',
          slot,
          destination,
          options.attributes,
          0,
          propagation,
        ),
      ],
    }
  }
  if (mount.type === 'overlay') {
    // Mounted while what it is made of is in sight, then moved to where it is seen.
    return {
      opened: [
        step(
          `lay something over what is to be mounted on ${destination}`,
          'mount',
          'overlay',
          'overlay',
          mount.source,
          options.flags,
          options.data,
        ),
        step(`open ${destination}`, 'tree', slot, mount.source, 0),
      ],
      before: [],
      after: [...place, step(`mount ${destination}`, 'attach', slot, destination, options.attributes, 0, MS.private)],
    }
  }
  if (NEEDS_SIGHT.has(mount.type)) {
    const type = mount.type === 'cgroup' ? 'cgroup2' : mount.type
    return {
      opened: [],
      before: [step(`make a new ${type}`, 'filesystem', slot, type, options.attributes)],
      after: [...place, step(`mount ${type} on ${destination}`, 'attach', slot, destination, 0, 0, 0)],
    }
  }
  if (options.copyUp && !isKernelPath(destination)) {
    return { opened: [], before: [], after: [...place, ...copiedUp(mount, slot, options)] }
  }
  const { flags, data } = options
  return {
    opened: [],
    before: [],
    after: [
      ...place,
      step(`mount ${mount.type} on ${destination}`, 'mount', mount.type, mount.source, destination, flags, data),
    ],
  }
}

/**
 * What is masked, made read-only or set by these paths later must be what was mounted there, though volumes are
 * mounted in between: a link of the image could lead elsewhere then. Source: runc, libcontainer, checkProcMount.
 */
function realPlace({ type, destination, options }: OciMount): Step[] {
  const isOfKernel = type !== 'bind' && type !== 'overlay' && !options.includes('bind') && !options.includes('rbind')
  return isOfKernel && isKernelPath(destination)
    ? [step(`see that ${destination} is a directory`, 'real', destination)]
    : []
}

/** A file system that begins with a copy of what it hides, whose mode and owner it has where none are asked for. */
function copiedUp({ type, source, destination }: OciMount, slot: number, options: MountOptions): Step[] {
  const { flags, data } = options
  const isAsked = (name: RegExp): boolean => data.split(',').some((word) => name.test(word))
  const what = (isAsked(/^mode=/) ? 0 : COPY.mode) | (isAsked(/^[ug]id=/) ? 0 : COPY.owner)
  return [
    step(`open ${destination}, which is to be copied`, 'tree', slot, destination, 1),
    step(`mount ${type} on ${destination}`, 'mount', type, source, destination, flags & ~MS.rdonly, data),
    step(`copy what the image has in ${destination}`, 'copy-up', slot, destination, what),
    ...(flags & MS.rdonly
      ? [step(`make ${destination} read-only`, 'attributes', destination, MOUNT_ATTR.rdonly, 0, 0)]
      : []),
  ]
}

/** A place for what was opened before, which is another container's shared memory. */
export function sharedMemorySteps({ destination, options }: OciMount, slot: number): MountSteps {
  const { attributes } = parseMountOptions(options)
  return {
    opened: [],
    before: [],
    after: [
      step(`make ${destination}`, 'directory', destination, 0o755),
      step(`mount ${destination}`, 'attach', slot, destination, attributes, 0, MS.private),
    ],
  }
}

function opening({ source, destination }: OciMount): string {
  return `open ${source}, which is to be mounted on ${destination}`
}

/** @param path absolute */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')))
}
