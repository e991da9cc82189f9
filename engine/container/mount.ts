import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { findMount, forgetMount, mountedIds, mountTree, unmountTree } from '../image/mount-tree.ts'
import { observe } from './reconcile.ts'

export interface MountedContainer {
  readonly container: ContainerRow
  /** where its files are to be seen */
  readonly path: string
}

/**
 * Shows the files of a container at a path: of one that runs as it sees them itself, through its
 * first process; of one that does not run read-only, see mountTree.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-mount(1)
 */
export async function mountContainer(engine: Engine, ref: string): Promise<MountedContainer> {
  const container = observe(engine, engine.storage.containers.resolve(ref))
  recordContainerEvent(engine, container, 'mount')
  const seen = rootOf(container)
  if (seen !== undefined) return { container, path: seen }
  const directories = engine.storage.driver(container.driver).directories(container.id, container.layers)
  const [only, ...others] = directories
  if (only !== undefined && others.length === 0) return { container, path: only }
  const path = await mountTree(engine, { id: container.id, directories })
  if (engine.storage.containers.find(container.id)) return { container, path }
  forgetMount(engine, container.id)
  return { container: engine.storage.containers.resolve(container.id), path } // says that it has gone meanwhile
}

/** The containers whose files are shown somewhere, all that run among them. */
export function mountedContainers(engine: Engine): MountedContainer[] {
  const mounted = new Set(mountedIds(engine))
  return engine.storage.containers.list().flatMap((row) => {
    const container = observe(engine, row)
    const path = rootOf(container) ?? (mounted.has(row.id) ? findMount(engine, row.id) : undefined)
    return path === undefined ? [] : [{ container, path }]
  })
}

/**
 * Ends what `mountContainer` began. Returns the id.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_MOUNT_BUSY
 * @throws {TspodError} E_NOT_MOUNTED: it is not mounted by us; one that runs needs no mount
 */
export async function unmountContainer(
  engine: Engine,
  ref: string,
  options: { readonly force?: boolean } = {},
): Promise<string> {
  const row = engine.storage.containers.resolve(ref)
  if (!(await unmountTree(engine, row.id)) && !options.force) {
    throw new TspodError('E_NOT_MOUNTED', `container ${ref} is not mounted`, {
      hint: 'list what is mounted with "tspod mount"',
    })
  }
  recordContainerEvent(engine, row, 'unmount')
  return row.id
}

/** Source: proc_pid_root(5). */
function rootOf({ status, pid }: ContainerRow): string | undefined {
  return status === 'running' && pid !== null ? `/proc/${pid}/root` : undefined
}
