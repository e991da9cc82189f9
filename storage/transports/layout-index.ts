import { TspodError } from '../../base/errors.ts'
import { type Digest, isDigest } from '../content/digest.ts'
import { nameForTag } from '../images/local-names.ts'
import { parseJson } from '../registry/json.ts'
import { shapeReader } from '../registry/shape.ts'
import { badArchive, noSuchImage, severalImages } from './errors.ts'
import type { Choice } from './parse-transport.ts'

/** An image of an OCI image layout. Source: OCI image-spec, image-layout.md, "index.json". */
export interface LayoutEntry {
  readonly mediaType: string
  readonly digest: Digest
  readonly sizeBytes: number
  /** `org.opencontainers.image.ref.name`, or '' */
  readonly refName: string
  /** in full, as containerd and docker write it, or '' */
  readonly fullName: string
  /** as it came */
  readonly raw: Readonly<Record<string, unknown>>
}

export const REF_NAME = 'org.opencontainers.image.ref.name'
/** Source: containerd, images/annotations.go. */
export const FULL_NAME = 'io.containerd.image.name'

const MAX_ENTRIES = 10_000

/** Reads index.json. @throws {TspodError} E_BAD_ARCHIVE */
export function parseLayoutIndex(bytes: Uint8Array, name: string): LayoutEntry[] {
  const fail = (problem: string): TspodError => badArchive(name, `index.json is not valid: ${problem}`)
  const read = shapeReader(fail)
  const root = read.object(parseJson(bytes, fail), 'it')
  return read.list(root['manifests'], 'manifests', MAX_ENTRIES).map((value, index) => {
    const where = `manifests[${index}]`
    const raw = read.object(value, where)
    const annotations = read.optionalObject(raw['annotations'], `${where}.annotations`)
    const digest = raw['digest']
    if (!isDigest(digest)) throw fail(`${where}.digest is not a sha256 digest`)
    return {
      mediaType: read.optionalString(raw['mediaType'], `${where}.mediaType`),
      digest,
      sizeBytes: read.size(raw['size'], `${where}.size`),
      refName: read.optionalString(annotations[REF_NAME], `${where}.annotations`),
      fullName: read.optionalString(annotations[FULL_NAME], `${where}.annotations`),
      raw,
    }
  })
}

/** What an image of a layout is called in storage; nothing where its name is none to us. */
export function storedNames({ fullName, refName }: LayoutEntry): string[] {
  const name = fullName || refName
  try {
    return name === '' ? [] : [nameForTag(name)]
  } catch (error) {
    if (error instanceof TspodError && error.code === 'E_BAD_REFERENCE') return []
    throw error
  }
}

/** The one that is asked for, or the only one. @throws {TspodError} E_IMAGE_NOT_FOUND, E_SEVERAL_IMAGES */
export function chooseEntry(entries: readonly LayoutEntry[], name: string, choice: Choice): LayoutEntry {
  const names = entries.flatMap(({ refName }) => (refName === '' ? [] : [refName]))
  const { reference, index } = choice
  if (reference !== undefined) {
    const found =
      entries.find((entry) => entry.refName === reference || entry.fullName === reference) ??
      entries.find((entry) => storedNames(entry).includes(reference))
    if (!found) throw noSuchImage(name, reference, names)
    return found
  }
  const found = entries[index ?? 0]
  if (!found) throw index === undefined ? badArchive(name, 'it has no image') : noSuchImage(name, `@${index}`, names)
  if (index === undefined && entries.length > 1) throw severalImages(name, names)
  return found
}
