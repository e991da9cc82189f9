import { chownSync, readdirSync, statSync } from 'node:fs'
import type { Owner } from '../../storage/layers/mapped-ids.ts'
import type { ContainerVolume } from './config.ts'

/** Makes what the engine made for a container the property of its root, which is somebody else outside. */
export function giveToRoot(paths: readonly string[], root: Owner | undefined): void {
  if (root) for (const path of paths) chownSync(path, root.uid, root.gid)
}

/** A volume that nobody has written to yet belongs to the container's root, too. */
export function giveVolumesToRoot(volumes: readonly ContainerVolume[], root: Owner | undefined): void {
  if (root)
    giveToRoot(
      volumes.filter(isUntouched).map(({ source }) => source),
      root,
    )
}

function isUntouched({ type, source }: ContainerVolume): boolean {
  if (type !== 'volume') return false
  const { uid, gid } = statSync(source)
  return uid === 0 && gid === 0 && readdirSync(source).length === 0
}
