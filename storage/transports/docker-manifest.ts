import type { TspodError } from '../../base/errors.ts'
import { parseJson } from '../registry/json.ts'
import { MAX_LAYERS } from '../registry/manifest.ts'
import { formatReference, normalizeReference } from '../registry/reference.ts'
import { shapeReader } from '../registry/shape.ts'
import { badArchive, noSuchImage, severalImages } from './errors.ts'
import { isInside } from './inside-path.ts'
import type { Choice } from './parse-transport.ts'

/** An image of what `docker save` writes. Source: moby, image/spec/v1.2.md, "Combined Image JSON + Filesystem Changeset Format". */
export interface DockerImage {
  /** file of the configuration */
  readonly config: string
  /** full references */
  readonly names: readonly string[]
  /** files, bottom layer first */
  readonly layers: readonly string[]
}

const MAX_IMAGES = 10_000
const MAX_NAMES = 10_000

/** Reads manifest.json. @throws {TspodError} E_BAD_ARCHIVE, E_BAD_REFERENCE */
export function parseDockerManifest(bytes: Uint8Array, name: string): DockerImage[] {
  const fail = (problem: string): TspodError => badArchive(name, `manifest.json is not valid: ${problem}`)
  const read = shapeReader(fail)
  const inside = (value: unknown, where: string): string => {
    const file = read.string(value, where)
    if (!isInside(file)) throw fail(`${where} leads out of the archive`)
    return file
  }
  return read.list(parseJson(bytes, fail), 'it', MAX_IMAGES).map((value, index) => {
    const image = read.object(value, `[${index}]`)
    const layers = read.optionalList(image['Layers'], `[${index}].Layers`, MAX_LAYERS)
    return {
      config: inside(image['Config'], `[${index}].Config`),
      names: read.optionalStrings(image['RepoTags'], `[${index}].RepoTags`, MAX_NAMES).map(fullName),
      layers: layers.map((layer, position) => inside(layer, `[${index}].Layers[${position}]`)),
    }
  })
}

/** docker leaves out its own registry. */
export function fullName(name: string): string {
  return formatReference(normalizeReference(name))
}

/** The one that is asked for, or the only one. @throws {TspodError} E_IMAGE_NOT_FOUND, E_SEVERAL_IMAGES, E_BAD_REFERENCE */
export function chooseDockerImage<T extends { readonly names: readonly string[] }>(
  images: readonly T[],
  name: string,
  choice: Choice,
): T {
  const names = images.flatMap((image) => image.names)
  const { reference, index } = choice
  if (reference !== undefined) {
    const wanted = fullName(reference)
    const found = images.find((image) => image.names.includes(wanted))
    if (!found) throw noSuchImage(name, reference, names)
    return found
  }
  const found = images[index ?? 0]
  if (!found) throw index === undefined ? badArchive(name, 'it has no image') : noSuchImage(name, `@${index}`, names)
  if (index === undefined && images.length > 1) throw severalImages(name, names)
  return found
}
