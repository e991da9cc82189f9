import { resolve } from 'node:path'
import type { TspodError } from '../../base/errors.ts'
import type { Storage } from '../open.ts'
import { parseJson } from '../registry/json.ts'
import { MAX_MANIFEST_BYTES } from '../registry/manifest.ts'
import { isObject } from '../registry/shape.ts'
import { dirSource } from './dir-place.ts'
import { type ArchivedImage, dockerArchiveSource, readDockerImages } from './docker-archive-source.ts'
import { chooseDockerImage } from './docker-manifest.ts'
import { badArchive, severalImages } from './errors.ts'
import type { FileTree } from './file-tree.ts'
import type { ImageSource } from './image-place.ts'
import { chooseEntry, storedNames } from './layout-index.ts'
import { layoutSource, readLayout } from './layout-source.ts'
import { openArchive } from './open-archive.ts'
import { openDirectory } from './open-directory.ts'
import { type Choice, formatTransport, type ImageLocation } from './parse-transport.ts'

/** An image of an archive or a directory. */
export interface PlacedImage {
  /** how the place keeps it */
  readonly kind: 'dir' | 'docker-archive' | 'layout'
  /** full references, as the place has them */
  readonly names: readonly string[]
  /** the place has no manifest, so that of the source is made up */
  readonly hasOwnManifest: boolean
  open(): Promise<ImageSource>
}

/** What there is in an archive or a directory; its sources can be read until this is disposed of. */
export interface PlacedImages extends AsyncDisposable {
  readonly name: string
  readonly images: readonly PlacedImage[]
}

export type PathLocation = Exclude<ImageLocation, { transport: 'docker' | 'containers-storage' }>

/**
 * The images of a place in the file system: those that the location names, else all.
 *
 * @param cwd what its path is relative to
 * @throws {TspodError} E_NO_SUCH_FILE, E_BAD_ARCHIVE, E_IMAGE_NOT_FOUND
 */
export async function openImages(storage: Storage, location: PathLocation, cwd: string): Promise<PlacedImages> {
  const name = formatTransport({ transport: location.transport, path: location.path })
  const temporary = storage.paths.temporary
  const path = resolve(cwd, location.path)
  const isDirectory = location.transport === 'oci' || location.transport === 'dir'
  const files = isDirectory ? openDirectory(path, name) : await openArchive(path, { name, temporary })
  return await within(files, async () => {
    if (location.transport === 'dir') return [dirImage(files)]
    return location.transport === 'docker-archive' ? await dockerImages(files, location) : layoutImages(files, location)
  })
}

/** The images of an archive or a directory of any of these kinds, whichever it is. @throws {TspodError} E_BAD_ARCHIVE */
export async function detectImages(files: FileTree): Promise<PlacedImages> {
  return await within(files, async () => {
    // What docker writes since version 25 is both, and only as a layout has it its manifests.
    if (files.sizeOf('index.json') !== undefined) return layoutImages(files, {})
    const manifest = files.read('manifest.json', MAX_MANIFEST_BYTES)
    const fail = (problem: string): TspodError => badArchive(files.name, `manifest.json is not valid: ${problem}`)
    if (manifest && isObject(parseJson(manifest, fail))) return [dirImage(files)]
    return await dockerImages(files, {})
  })
}

/** The only image of a place. @throws {TspodError} E_SEVERAL_IMAGES, E_BAD_ARCHIVE: there is none */
export function onlyImage({ name, images }: PlacedImages): PlacedImage {
  const [only, ...others] = images
  if (!only) throw badArchive(name, 'it has no image')
  if (others.length === 0) return only
  throw severalImages(
    name,
    images.flatMap((image) => image.names),
  )
}

async function within(files: FileTree, read: () => Promise<PlacedImage[]>): Promise<PlacedImages> {
  try {
    const images = await read()
    return { name: files.name, images, [Symbol.asyncDispose]: () => files[Symbol.asyncDispose]() }
  } catch (error) {
    await files[Symbol.asyncDispose]()
    throw error
  }
}

function dirImage(files: FileTree): PlacedImage {
  return { kind: 'dir', names: [], hasOwnManifest: true, open: async () => dirSource(files) }
}

async function dockerImages(files: FileTree, choice: Choice): Promise<PlacedImage[]> {
  const all = await readDockerImages(files)
  const images = isChoice(choice) ? [chooseDockerImage(all, files.name, choice)] : all
  return images.map((image: ArchivedImage) => ({
    kind: 'docker-archive',
    names: image.names,
    hasOwnManifest: false,
    open: () => dockerArchiveSource(files, image),
  }))
}

/** A name that is none to us stays in the archive. */
function layoutImages(files: FileTree, choice: Choice): PlacedImage[] {
  const all = readLayout(files)
  const entries = isChoice(choice) ? [chooseEntry(all, files.name, choice)] : all
  const digests = [...new Set(entries.map(({ digest }) => digest))]
  return digests.flatMap((digest) => {
    const same = entries.filter((entry) => entry.digest === digest)
    const [entry] = same
    if (!entry) return []
    const names = [...new Set(same.flatMap(storedNames))]
    return [{ kind: 'layout' as const, names, hasOwnManifest: true, open: async () => layoutSource(files, entry) }]
  })
}

function isChoice({ reference, index }: Choice): boolean {
  return reference !== undefined || index !== undefined
}
