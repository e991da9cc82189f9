import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { ownAs } from '../../storage/volumes/fill-volume.ts'
import type { ResolvedOverlay } from '../spec/spec-input.ts'
import type { OverlayPlaces } from '../spec/volume-options.ts'

/** With room for the other options in what mount(2) takes, a page. */
const MAX_LOWER_BYTES = 3400

/**
 * An overlay over directories: what is written goes to the places the user named, or to new ones
 * below `directory`, which go with the container.
 *
 * @param lower absolute, the topmost first
 * @throws {TspodError} E_NO_SUCH_PATH: a place that the user named
 */
export function overlayOver(lower: readonly string[], directory: string, places: OverlayPlaces): ResolvedOverlay {
  const { place } = readonlyOverlay(lower, directory)
  if (places.upper !== undefined && places.work !== undefined) {
    for (const path of [places.upper, places.work])
      if (!existsSync(path))
        throw new TspodError('E_NO_SUCH_PATH', `the directory ${path} of an overlay does not exist`)
    return { lower, upper: places.upper, work: places.work, place }
  }
  const [upper, work] = [join(directory, 'upper'), join(directory, 'work')]
  mkdirSync(upper, { recursive: true, mode: 0o755 })
  mkdirSync(work, { mode: 0o700 })
  const top = lower[0] === undefined ? undefined : statSync(lower[0])
  // What is mounted has the owner and mode of the topmost directory.
  if (top) ownAs(upper, top)
  if (top) chmodSync(upper, top.mode & 0o7777)
  return { lower, upper, work, place }
}

/** As `overlayOver`, where nothing can be written. */
export function readonlyOverlay(lower: readonly string[], directory: string): ResolvedOverlay {
  const place = join(directory, 'merged')
  mkdirSync(place, { recursive: true, mode: 0o700 })
  if (lower.join(':').length > MAX_LOWER_BYTES)
    throw new TspodError('E_TOO_MANY_LAYERS', 'the image has too many layers to be mounted in a container')
  return { lower, place }
}
