import type { Engine } from '../engine.ts'

/** Whether there is an image, or a manifest list, of this name or id in storage. @see podman-image-exists(1) */
export function imageExists(engine: Engine, ref: string): boolean {
  const { images, manifestLists } = engine.storage
  return images.find(ref) !== undefined || manifestLists.find(ref) !== undefined
}
