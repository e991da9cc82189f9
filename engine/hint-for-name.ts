import { orMeant } from '../base/nearest.ts'
import { typedNames } from '../storage/images/images.ts'
import type { Engine } from './engine.ts'

/**
 * What to do about a name that nothing has: the nearest one there is, of any kind or of this one.
 *
 * @param type `container`, `image`, `volume`, `network`, `pod`, or `all`
 */
export function hintForName({ storage }: Engine, ref: string, type: string): string {
  const { containers, images, volumes, networks, pods } = storage
  const named = { container: containers, volume: volumes, network: networks, pod: pods }
  const names = Object.entries(named).flatMap(([kind, store]) =>
    type === 'all' || type === kind ? store.list().map(({ name }) => name) : [],
  )
  const ofImages = type === 'all' || type === 'image' ? images.list().flatMap((image) => image.names) : []
  return orMeant(
    ref,
    [...names, ...typedNames(ofImages)],
    'list what there is: "tspod ps -a", "tspod images", "tspod volume ls"',
  )
}
