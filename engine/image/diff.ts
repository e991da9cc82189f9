import { type Change, type ChangeKind, diffTrees } from '../../storage/images/diff-trees.ts'
import { parseContainerConfig } from '../container/config.ts'
import { containerDirectories } from '../container/rootfs.ts'
import { readWhole } from '../container/whole.ts'
import type { Engine } from '../engine.ts'
import { withoutMountPoints } from './mounted-over.ts'

export interface FileChange {
  readonly kind: ChangeKind
  /** absolute */
  readonly path: string
}

/**
 * What the topmost layer of an image changed, or how the image differs from another one.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-image-diff(1)
 */
export function diffImage(engine: Engine, ref: string, base?: string): FileChange[] {
  const newer = imageDirectories(engine, ref)
  return shown(diffTrees(base === undefined ? newer.slice(1) : imageDirectories(engine, base), newer))
}

/**
 * What a container changed in its image, or how it differs from another image.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_CONTAINER_INCOMPLETE, E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-diff(1)
 */
export function diffContainer(engine: Engine, ref: string, base?: string): FileChange[] {
  const { containers, paths } = engine.storage
  const row = containers.resolve(ref)
  const config = parseContainerConfig(row.config)
  const newer = containerDirectories(engine, row, config)
  const image = config.rootfs ? [config.rootfs.path] : row.layers.map(paths.layer).reverse()
  const older = base === undefined ? image : imageDirectories(engine, base)
  const changes = readWhole(engine, row.id, () => diffTrees(older, newer, config.layerMap))
  return shown(withoutMountPoints(changes))
}

/** The topmost first. */
function imageDirectories({ storage }: Engine, ref: string): string[] {
  return storage.images
    .resolve(ref)
    .layers.map(({ chainId }) => storage.paths.layer(chainId))
    .reverse()
}

/** Most names are UTF-8. */
function shown(changes: readonly Change[]): FileChange[] {
  return changes.map(({ kind, path }) => ({ kind, path: Buffer.from(path, 'latin1').toString('utf8') }))
}
