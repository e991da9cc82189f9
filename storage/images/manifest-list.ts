import { TspodError } from '../../base/errors.ts'
import type { Digest } from '../content/digest.ts'
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX } from '../registry/media-type.ts'

/** An image of a manifest list. Source: OCI image-spec, image-index.md. Missing members are empty, not absent. */
export interface ListEntry {
  readonly mediaType: string
  readonly digest: Digest
  readonly sizeBytes: number
  readonly os: string
  readonly architecture: string
  readonly variant: string
  readonly osVersion: string
  readonly osFeatures: readonly string[]
  /** of the processor; only Docker's format has them */
  readonly features: readonly string[]
  readonly annotations: Readonly<Record<string, string>>
  /** where its manifest and blobs can be had, `docker.io/library/alpine`; '' where they are in storage */
  readonly repository: string
}

/** Several images under one name, one for each platform, put together here and not pulled. */
export interface ManifestList {
  /** 64 hexadecimal digits, the same through all changes */
  readonly id: string
  readonly names: readonly string[]
  readonly createdAtMs: number
  readonly entries: readonly ListEntry[]
  readonly annotations: Readonly<Record<string, string>>
}

export type ListFormat = 'oci' | 'docker'

/** What `annotate` changes of an entry; what is not given stays. */
export type EntryChanges = Partial<
  Pick<ListEntry, 'os' | 'architecture' | 'variant' | 'osVersion' | 'osFeatures' | 'features' | 'annotations'>
>

/** The index as it is pushed and shown: an object whose JSON is the document. Pure. */
export function renderIndex(list: Pick<ManifestList, 'entries' | 'annotations'>, format: ListFormat = 'oci') {
  return {
    schemaVersion: 2,
    mediaType: format === 'oci' ? OCI_INDEX : DOCKER_LIST,
    manifests: list.entries.map((entry) => renderEntry(entry, format)),
    ...(format === 'oci' && hasKeys(list.annotations) ? { annotations: list.annotations } : {}),
  }
}

function renderEntry(entry: ListEntry, format: ListFormat) {
  const { features, annotations } = entry
  return {
    mediaType: entry.mediaType,
    digest: entry.digest,
    size: entry.sizeBytes,
    ...(format === 'oci' && hasKeys(annotations) ? { annotations } : {}),
    platform: {
      architecture: entry.architecture,
      os: entry.os,
      ...(entry.osVersion && { 'os.version': entry.osVersion }),
      ...(entry.osFeatures.length > 0 && { 'os.features': entry.osFeatures }),
      ...(entry.variant && { variant: entry.variant }),
      ...(features.length > 0 && format === 'docker' && { features }),
    },
  }
}

/** Docker's clients know no list of images in the OCI format. */
export function formatFor(entries: readonly ListEntry[]): ListFormat {
  return entries.length > 0 && entries.every(({ mediaType }) => mediaType === DOCKER_MANIFEST) ? 'docker' : 'oci'
}

/** The list with these entries too; one that is there already is replaced. Pure. */
export function withEntries(list: ManifestList, added: readonly ListEntry[]): ManifestList {
  const digests = new Set(added.map(({ digest }) => digest))
  return { ...list, entries: [...list.entries.filter(({ digest }) => !digests.has(digest)), ...added] }
}

/** @throws {TspodError} E_NOT_IN_LIST */
export function withoutEntry(list: ManifestList, digest: string): ManifestList {
  findEntry(list, digest)
  return { ...list, entries: list.entries.filter((entry) => entry.digest !== digest) }
}

/** Annotations are added to those the entry has. @throws {TspodError} E_NOT_IN_LIST */
export function annotateEntry(list: ManifestList, digest: string, changes: EntryChanges): ManifestList {
  const entry = findEntry(list, digest)
  const annotations = { ...entry.annotations, ...changes.annotations }
  const changed = { ...entry, ...changes, annotations }
  return { ...list, entries: list.entries.map((other) => (other === entry ? changed : other)) }
}

function findEntry(list: ManifestList, digest: string): ListEntry {
  const found = list.entries.find((entry) => entry.digest === digest)
  if (found) return found
  throw new TspodError('E_NOT_IN_LIST', `the manifest list ${list.names[0] ?? list.id} has no ${digest}`, {
    hint: `see what it has with "tspod manifest inspect ${list.names[0] ?? list.id}"`,
  })
}

function hasKeys(value: Readonly<Record<string, string>>): boolean {
  return Object.keys(value).length > 0
}
