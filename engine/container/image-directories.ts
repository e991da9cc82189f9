import { mkdirSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import { findMerged } from '../../storage/images/find-merged.ts'
import type { Engine } from '../engine.ts'

/**
 * The directories that an image's files, or those below a path in it, are put together from, the
 * topmost first; never none.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_NO_SUCH_PATH: it has no such directory
 */
export function imageDirectories(engine: Engine, ref: string, subpath: string | undefined): string[] {
  const { images, paths } = engine.storage
  const layers = images
    .resolve(ref)
    .layers.map(({ chainId }) => paths.layer(chainId))
    .toReversed()
  if (layers.length === 0) mkdirSync(paths.emptyLayer, { recursive: true, mode: 0o755 })
  const all = layers.length === 0 ? [paths.emptyLayer] : layers
  if (!subpath) return all
  const { directories } = findMerged(all, subpath)
  if (directories.length > 0) return [...directories]
  throw new TspodError('E_NO_SUCH_PATH', `the image ${ref} has no directory ${subpath}`)
}
