import { TspodError } from '../../base/errors.ts'
import { someOf } from '../../base/some-of.ts'
import type { Image } from '../../storage/images/image.ts'
import { hasNames, type LocatedImage } from '../../storage/images/images.ts'
import { observe } from '../container/reconcile.ts'
import { removeContainer } from '../container/remove.ts'
import type { Engine } from '../engine.ts'
import { recordImageEvent } from '../events/record.ts'
import { removeUsersFirst } from '../in-use.ts'
import { descendantsOf, parentOf } from './family.ts'
import { forgetMount } from './mount-tree.ts'

export interface RemoveImageOptions {
  /** the containers that use it go too, and with an id all of its names */
  readonly force?: boolean
  /** with `force`: refuse all the same where one of the containers runs, as docker does */
  readonly keepRunning?: boolean
  readonly ignoreMissing?: boolean
  /** leave the images without a name that it was built on */
  readonly noPrune?: boolean
}

export interface RemovedImages {
  /** names, in full */
  readonly untagged: readonly string[]
  /** digests under which the images that went were known, `docker.io/library/alpine@sha256:…` */
  readonly undigested: readonly string[]
  /** ids, the image itself before those it was built on */
  readonly deleted: readonly string[]
}

const NOTHING: RemovedImages = { untagged: [], undigested: [], deleted: [] }

/**
 * Takes a name from an image or a manifest list, and removes the image with its last one. One that
 * another image was built on stays, without a name, until that one goes.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF, E_IMAGE_HAS_NAMES, E_IMAGE_HAS_CHILDREN
 * @throws {TspodError} E_IMAGE_IN_USE: containers use it and `force` is not given
 * @see podman-rmi(1)
 */
export async function removeImage(engine: Engine, ref: string, options: RemoveImageOptions): Promise<RemovedImages> {
  const { images, manifestLists } = engine.storage
  const list = manifestLists.find(ref)
  if (list && (manifestLists.nameOf(ref) !== undefined || !images.find(ref))) return removeList(engine, ref, options)
  const found = options.ignoreMissing && !images.find(ref) ? undefined : images.locate(ref)
  if (!found) return NOTHING
  const { image, name } = found
  if (name !== undefined && image.names.length > 1) return untagOnly(engine, image, name)
  if (image.names.length > 1 && !options.force) throw hasNames(ref, image)

  const users = images.allContainersOf(image.id)
  if (users.length > 0) await removeUsers(engine, ref, users, options)
  if (!options.force && descendantsOf(image, images.list()).length > 0) return keepForChildren(engine, ref, found)
  return removeWithAncestors(engine, image, options)
}

/** Removes the image, which no container uses, and those without a name that it alone was built on. */
export function removeWithAncestors(
  engine: Engine,
  image: Image,
  options: { readonly noPrune?: boolean },
): RemovedImages {
  const { images } = engine.storage
  const all = images.list()
  const deleted = [image.id]
  images.removeById(image.id)
  forgetMount(engine, image.id)
  recordImageEvent(engine, 'remove', { id: image.id, name: image.names[0] ?? image.id })
  for (let parent = options.noPrune ? undefined : parentOf(image, all); parent; parent = parentOf(parent, all)) {
    const isNeeded =
      parent.names.length > 0 ||
      images.containersOf(parent.id).length > 0 ||
      descendantsOf(parent, images.list()).length > 0
    if (isNeeded) break
    images.removeById(parent.id)
    forgetMount(engine, parent.id)
    recordImageEvent(engine, 'remove', { id: parent.id, name: parent.id })
    deleted.push(parent.id)
  }
  return { untagged: image.names, undigested: image.repoDigests, deleted }
}

function untagOnly(engine: Engine, image: Image, name: string): RemovedImages {
  engine.storage.images.untag(name)
  recordImageEvent(engine, 'untag', { id: image.id, name })
  return { ...NOTHING, untagged: [name] }
}

function keepForChildren(engine: Engine, ref: string, { image }: LocatedImage): RemovedImages {
  if (image.names.length === 0) {
    throw new TspodError('E_IMAGE_HAS_CHILDREN', `other images were built on the image ${ref}`, {
      exitCode: 2,
      hint: `see them with "tspod image tree --whatrequires ${ref}"; "tspod rmi -f ${ref}" removes it and leaves them`,
    })
  }
  for (const name of image.names) untagOnly(engine, image, name)
  return { ...NOTHING, untagged: image.names }
}

function removeList(engine: Engine, ref: string, options: RemoveImageOptions): RemovedImages {
  const { manifestLists } = engine.storage
  const list = manifestLists.resolve(ref)
  const name = manifestLists.nameOf(ref)
  if (name !== undefined && list.names.length > 1) {
    manifestLists.untag(name)
    return { ...NOTHING, untagged: [name] }
  }
  if (list.names.length > 1 && !options.force) throw hasNames(ref, list)
  manifestLists.remove(list.id)
  recordImageEvent(engine, 'remove', { id: list.id, name: list.names[0] ?? list.id })
  return { ...NOTHING, untagged: list.names, deleted: [list.id] }
}

async function removeUsers(
  engine: Engine,
  ref: string,
  users: readonly string[],
  { force, keepRunning }: RemoveImageOptions,
): Promise<void> {
  const { containers } = engine.storage
  const running = users.filter((id) => {
    const row = containers.find(id)
    return row !== undefined && observe(engine, row).status === 'running'
  })
  if (!force) throw imageInUse(ref, users)
  if (keepRunning && running.length > 0) throw imageInUse(ref, running, { force })
  for (const id of users) await removeContainer(engine, id, { force: true, ignoreMissing: true })
}

/** Source: podman-rmi(1), "Exit Status": 2 where a container uses the image. */
function imageInUse(ref: string, containerIds: readonly string[], { force = false } = {}): TspodError {
  const ids = containerIds.map((id) => id.slice(0, 12))
  const message = `image ${ref} is in use by container${ids.length > 1 ? 's' : ''} ${someOf(ids)}`
  return new TspodError('E_IMAGE_IN_USE', message, {
    exitCode: 2,
    hint: force
      ? 'stop them first: --force removes no container that runs'
      : removeUsersFirst(ids, `ancestor=${ref}`, `tspod rmi -f ${ref}`),
  })
}
