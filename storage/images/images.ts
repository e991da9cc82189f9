import { isErrno, TspodError } from '../../base/errors.ts'
import { orMeant } from '../../base/nearest.ts'
import { someOf } from '../../base/some-of.ts'
import { type Digest, isDigest } from '../content/digest.ts'
import type { ImageRows, NewImage } from '../state/images.ts'
import type { Image } from './image.ts'
import { localNames, nameForTag } from './local-names.ts'

/**
 * `ref` is a name (see localNames), `NAME@DIGEST`, an id with or without `sha256:`, the digest of
 * a manifest, or the beginning of one id, from three digits on. A name wins over the beginning of an id.
 */
export interface ImageStore {
  /** @throws {TspodError} E_AMBIGUOUS_REF */
  find(ref: string): Image | undefined
  /** @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF */
  resolve(ref: string): Image
  /** The image, and the name of it that `ref` stands for; no name where `ref` is an id or a digest. @throws {TspodError} as `resolve` */
  locate(ref: string): LocatedImage
  /** newest first */
  list(): Image[]
  /** Gives an image one name more; the name is taken from the image that has it. Returns the full name. */
  tag(ref: string, name: string): string
  /** Takes a full name from the image that has it. The image stays, with its last name gone, too. */
  untag(name: string): void
  /** Remembers that a repository has an image's manifest: `repository@sha256:…`. */
  addRepoDigest(reference: string, imageId: string): void
  /**
   * Takes the name `ref` from its image; the image goes with its last name, or when `ref` is an id.
   *
   * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF
   * @throws {TspodError} E_IMAGE_IN_USE: containers use it. `force` does not help against that: remove them first
   * @throws {TspodError} E_IMAGE_HAS_NAMES: `ref` is an id, the image has several names, and `force` is not given
   * @see podman-rmi(1)
   */
  remove(ref: string, options?: { readonly force?: boolean }): RemovedImage
  /** Removes the image of this id with all its names. @throws {TspodError} E_IMAGE_IN_USE */
  removeById(id: string): void
  /** every blob that is kept for the image */
  blobsOf(imageId: string): Digest[]
  /** ids of the containers that use this image */
  containersOf(imageId: string): string[]
  /** as `containersOf`, and those that mount it; reads what is kept of every container */
  allContainersOf(imageId: string): string[]
  publish(image: NewImage): Image
}

export interface LocatedImage {
  readonly image: Image
  readonly name: string | undefined
}

export interface RemovedImage {
  readonly untagged: readonly string[]
  /** the id, when the image itself went too */
  readonly deleted: string | undefined
}

const ID = /^(?:sha256:)?([0-9a-f]{3,64})$/

/** @param collect removes the files that nothing needs any more */
export function openImages(rows: ImageRows, collect: () => void): ImageStore {
  const byName = (ref: string): { readonly id: string; readonly name: string } | undefined => {
    const names = localNames(ref)
    if (!names) return undefined
    for (const name of names.exact) {
      const id = rows.idOfName(name) ?? rows.idOfRepoDigest(name)
      if (id !== undefined) return { id, name }
    }
    const { suffix } = names
    if (suffix === undefined) return undefined
    const [first, ...others] = rows.references().filter(({ reference }) => reference.endsWith(suffix))
    if (first && others.some(({ imageId }) => imageId !== first.imageId)) {
      throw ambiguous(ref, [first, ...others].map(({ reference }) => reference).join(', '))
    }
    return first && { id: first.imageId, name: first.reference }
  }

  const byId = (ref: string): string | undefined => {
    const prefix = ID.exec(ref)?.[1]
    if (prefix === undefined) return undefined
    const [id, other] = rows.idsWithPrefix(prefix)
    if (other !== undefined) throw ambiguous(ref, 'several image ids begin so')
    return id ?? (isDigest(ref) ? rows.idOfManifest(ref) : undefined)
  }

  const identify = (ref: string): { readonly id: string; readonly name: string | undefined } | undefined => {
    const named = byName(ref)
    if (named) return named
    const id = byId(ref)
    return id === undefined ? undefined : { id, name: undefined }
  }

  const store: ImageStore = {
    find(ref) {
      const found = identify(ref)
      return found && rows.get(found.id)
    },
    locate(ref) {
      const found = identify(ref)
      const image = found && rows.get(found.id)
      if (!found || !image) throw imageNotFound(ref, namesOf(rows))
      // A digest stands for the image, not for one of its names.
      return { image, name: found.name !== undefined && image.names.includes(found.name) ? found.name : undefined }
    },
    resolve(ref) {
      const image = store.find(ref)
      if (!image) throw imageNotFound(ref, namesOf(rows))
      return image
    },
    list: () => rows.list(),
    tag(ref, name) {
      const full = nameForTag(name)
      rows.tag(full, store.resolve(ref).id)
      return full
    },
    remove(ref, options = {}) {
      const { image, name } = store.locate(ref)
      if (name !== undefined && image.names.length > 1) {
        rows.untag(name)
        return { untagged: [name], deleted: undefined }
      }
      if (name === undefined && image.names.length > 1 && !options.force) throw hasNames(ref, image)
      store.removeById(image.id)
      return { untagged: image.names, deleted: image.id }
    },
    untag: (name) => rows.untag(name),
    removeById(id) {
      removeRow(rows, id)
      collect()
    },
    blobsOf: (imageId) => rows.blobsOf(imageId),
    addRepoDigest: (reference, imageId) => rows.addRepoDigest(reference, imageId),
    containersOf: (imageId) => rows.containersOf(imageId),
    allContainersOf: (imageId) => usersOf(rows, imageId),
    publish(image) {
      rows.publish(image)
      return store.resolve(image.id)
    },
  }
  return store
}

function usersOf(rows: ImageRows, imageId: string): string[] {
  return [...new Set([...rows.containersOf(imageId), ...rows.mentionedBy(imageId)])]
}

function removeRow(rows: ImageRows, imageId: string): void {
  try {
    // The database knows of those that were made of it, and not of those that mount it.
    if (rows.mentionedBy(imageId).length > 0) throw inUse(rows, imageId)
    rows.remove(imageId)
  } catch (error) {
    throw isErrno(error, 'SQLITE_CONSTRAINT_FOREIGNKEY') ? inUse(rows, imageId) : error
  }
}

function inUse(rows: ImageRows, imageId: string): TspodError {
  const users = usersOf(rows, imageId).map((id) => id.slice(0, 12))
  const message = `the image ${imageId.slice(0, 12)} is in use by container ${someOf(users)}`
  return new TspodError('E_IMAGE_IN_USE', message, {
    hint: 'remove its containers first, or use --force to remove them too',
  })
}

export function imageNotFound(ref: string, names: readonly string[] = []): TspodError {
  return new TspodError('E_IMAGE_NOT_FOUND', `no image ${ref} in storage`, {
    hint: orMeant(ref, names, `list what there is with "tspod images", or get it with "tspod pull ${ref}"`),
  })
}

/** As a person may type them: in full, without the registry, without the tag, and by the last word alone. */
export function typedNames(names: readonly string[]): string[] {
  const shorter = names.flatMap((name) => {
    const last = name.slice(name.lastIndexOf('/') + 1)
    return [name.replace(/^docker\.io\/(library\/)?/, ''), name.slice(name.indexOf('/') + 1), last]
  })
  return [...names, ...shorter].flatMap((name) => [name, name.replace(/:[^/]*$/, '')])
}

function namesOf(rows: ImageRows): string[] {
  return typedNames(rows.references().map(({ reference }) => reference))
}

function ambiguous(ref: string, what: string): TspodError {
  return new TspodError('E_AMBIGUOUS_REF', `${ref} may mean several images: ${what.slice(0, 500)}`, {
    hint: 'give the full name or more digits',
  })
}

export function hasNames(ref: string, { names }: Pick<Image, 'names'>): TspodError {
  return new TspodError('E_IMAGE_HAS_NAMES', `the image ${ref} has several names: ${someOf(names)}`, {
    hint: 'remove it by its names, or all at once with --force',
  })
}
