import { closeSync, realpathSync } from 'node:fs'
import { relative } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { inDirectory, openChildHandle, openHandle } from '../../storage/copying/descriptors.ts'
import { findMerged } from '../../storage/images/find-merged.ts'
import type { Owner } from '../../storage/layers/mapped-ids.ts'
import { chownTree } from '../../storage/volumes/chown-tree.ts'
import { fillVolume, ownAs } from '../../storage/volumes/fill-volume.ts'
import type { FoundVolume } from '../container/resolve-volumes.ts'
import type { Engine } from '../engine.ts'
import { lockVolume } from './lock.ts'
import { isBind } from './source.ts'

export interface PrepareOptions {
  /** of the container's file system, the topmost first */
  readonly directories: readonly string[]
  /** who the container runs as */
  readonly user: Owner
  /** what an id of the container is here */
  readonly toHost: (owner: Owner) => Owner
}

/**
 * Makes volumes ready for a new container: an empty one that is mounted over something in the
 * image gets a copy of it, and those with the option U belong to the container's user.
 *
 * @throws {TspodError} E_NO_SPACE, E_LOCK_TIMEOUT
 * @see podman-run(1), "--volume"
 */
export async function prepareVolumes(
  engine: Engine,
  found: readonly FoundVolume[],
  options: PrepareOptions,
): Promise<void> {
  for (const { request, volume, kept } of found) {
    const isFillable = volume && !volume.filled && !request.overlay && request.subpath === undefined
    if (isFillable && request.copy) await fillOnce(engine, volume.name, { target: request.target, ...options })
    if (!request.chown || kept.type === 'image' || request.overlay) continue
    const owner = options.toHost(options.user)
    if (kept.within === undefined) chownTree(realpathSync(kept.source), owner)
    else chownInside(kept.within, kept.source, owner)
  }
}

/** Others may write to what a subpath is in, and could put a link on the way at any time: it is gone by handles. */
function chownInside(within: string, source: string, owner: Owner): void {
  const names = relative(within, source).split('/')
  const last = names.pop() ?? ''
  let fd = openHandle(within)
  try {
    for (const name of names) {
      const child = openChildHandle(fd, name)
      if (child === undefined) throw new TspodError('E_BAD_VOLUME', `${source} has become a link, or is gone`)
      closeSync(fd)
      fd = child
    }
    chownTree(last === '' ? within : inDirectory(fd, last), owner)
  } finally {
    closeSync(fd)
  }
}

/** Under a lock of its own: two containers that are made at once would both find it empty. */
async function fillOnce(
  engine: Engine,
  name: string,
  { target, directories, user, toHost }: PrepareOptions & { readonly target: string },
): Promise<void> {
  const { volumes, paths } = engine.storage
  await using _lock = await lockVolume(engine, name)
  const volume = volumes.find(name)
  if (!volume || volume.filled || volume.options['type'] === 'tmpfs' || isBind(volume.options)) return
  const found = findMerged(directories, target)
  const { uid, gid } = volume.options
  if (found.kind === 'directory') fillVolume(paths.volume(name), found, toHost)
  else if (uid === undefined && gid === undefined) ownAs(volume.path, toHost(user))
  if (uid !== undefined || gid !== undefined) ownAs(volume.path, { uid: Number(uid ?? 0), gid: Number(gid ?? 0) })
  volumes.markFilled(name)
}
