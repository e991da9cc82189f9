import { goMap } from '../../engine/go-map.ts'
import { isDangling } from '../../engine/image/filter.ts'
import type { ListedImage } from '../../engine/image/list.ts'
import { formatAgo } from '../../ui/text/durations.ts'
import { formatSize } from '../../ui/text/sizes.ts'
import { formatGoTime, formatJsonTime, wholeSeconds } from '../../ui/text/times.ts'
import { shortId } from '../../ui/text/truncate.ts'
import type { Style } from '../style/style.ts'
import { namesByDigest } from './names-by-digest.ts'

export interface ImageReportOptions {
  readonly nowMs: number
  readonly noTruncate: boolean
  readonly style: Style
}

/** An image under one of its names; one without a name has the row `<none>`. */
export interface ImageEntry {
  readonly image: ListedImage
  readonly repository: string
  readonly tag: string
}

/** An image is shown once for each of its names. */
export function imageEntries(images: readonly ListedImage[], style: Style): ImageEntry[] {
  return images.flatMap((image) =>
    image.names.length === 0
      ? [{ image, repository: digestRepository(image, style), tag: '<none>' }]
      : image.names.map((name) => ({ image, ...splitName(style.imageName(name)) })),
  )
}

export const IMAGE_SORTS = ['created', 'id', 'repository', 'size', 'tag'] as const

const ORDERS: Readonly<Record<string, (one: ImageEntry, other: ImageEntry) => number>> = {
  id: (one, other) => compare(one.image.id, other.image.id),
  repository: (one, other) => compare(one.repository, other.repository),
  size: (one, other) => one.image.sizeBytes - other.image.sizeBytes,
  tag: (one, other) => compare(one.tag, other.tag),
}

/** By one of IMAGE_SORTS; images come newest first anyway. */
export function sortEntries(entries: readonly ImageEntry[], by: string): readonly ImageEntry[] {
  const order = ORDERS[by]
  return order ? [...entries].sort(order) : entries
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function splitName(name: string): { repository: string; tag: string } {
  const colon = name.lastIndexOf(':')
  if (colon <= name.lastIndexOf('/')) return { repository: name, tag: '<none>' }
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
}

/** An image pulled by digest alone still has the repository it came from. */
function digestRepository(image: ListedImage, style: Style): string {
  const [digest] = image.repoDigests
  return digest === undefined ? '<none>' : style.imageName(digest.replace(/@.*$/, ''))
}

export function imageHeadings(digests: boolean): string[] {
  return ['REPOSITORY', 'TAG', ...(digests ? ['DIGEST'] : []), 'IMAGE ID', 'CREATED', 'SIZE']
}

/** A line of the list of images, cell by cell. */
export function imageCells(entry: ImageEntry, options: ImageReportOptions & { readonly digests: boolean }): string[] {
  const { image } = entry
  return [
    entry.repository,
    entry.tag,
    ...(options.digests ? [image.manifestDigest] : []),
    options.noTruncate ? `sha256:${image.id}` : shortId(image.id),
    formatAgo(image.createdAtMs, options.nowMs),
    options.style.imageSize(image.sizeBytes),
  ]
}

/** Elements of `images --format json`: podman's have an image each, docker's a name each. */
export function imagesJson(
  images: readonly ListedImage[],
  entries: readonly ImageEntry[],
  options: ImageReportOptions,
): Readonly<Record<string, unknown>>[] {
  if (options.style.engine === 'docker') return entries.map((entry) => dockerJson(entry, options))
  const order = [...new Set(entries.map(({ image }) => image))]
  return order.filter((image) => images.includes(image)).map(podmanJson)
}

function podmanJson(image: ListedImage): Readonly<Record<string, unknown>> {
  return {
    Id: image.id,
    ParentId: image.parentId,
    RepoTags: image.names,
    RepoDigests: namesByDigest(image),
    Size: image.sizeBytes,
    SharedSize: 0,
    VirtualSize: image.sizeBytes,
    Labels: Object.keys(image.config.labels).length > 0 ? image.config.labels : null,
    Containers: image.containers,
    Names: image.names,
    ...(isDangling(image) ? { Dangling: true } : {}),
    ...(image.isManifestList ? { IsManifestList: true } : {}),
    Digest: image.manifestDigest,
    History: image.names,
    Created: Math.trunc(image.createdAtMs / 1000),
    CreatedAt: formatJsonTime(image.createdAtMs),
  }
}

/** All values are strings. Source: docker/cli, cli/command/formatter/image.go. */
function dockerJson(entry: ImageEntry, options: ImageReportOptions): Readonly<Record<string, unknown>> {
  const { image } = entry
  return {
    Containers: String(image.containers),
    CreatedAt: formatGoTime(wholeSeconds(image.createdAtMs)),
    CreatedSince: formatAgo(image.createdAtMs, options.nowMs),
    Digest: image.manifestDigest,
    ID: options.noTruncate ? `sha256:${image.id}` : shortId(image.id),
    Repository: entry.repository,
    SharedSize: 'N/A',
    Size: formatSize(image.sizeBytes),
    Tag: entry.tag,
    UniqueSize: 'N/A',
    VirtualSize: formatSize(image.sizeBytes),
  }
}

/** What a template for `images` may name. Source: podman-images(1), "--format". */
export function imageFields(entry: ImageEntry, options: ImageReportOptions): Readonly<Record<string, unknown>> {
  const { image } = entry
  const isDocker = options.style.engine === 'docker'
  return {
    Containers: image.containers,
    Created: formatAgo(image.createdAtMs, options.nowMs),
    CreatedAt: formatGoTime(isDocker ? wholeSeconds(image.createdAtMs) : image.createdAtMs),
    CreatedSince: formatAgo(image.createdAtMs, options.nowMs),
    CreatedTime: formatGoTime(image.createdAtMs),
    Dangling: isDangling(image),
    Digest: image.manifestDigest,
    History: image.names.join(', '),
    ID: options.noTruncate ? `sha256:${image.id}` : shortId(image.id),
    Id: isDocker && !options.noTruncate ? shortId(image.id) : image.id,
    IsManifestList: image.isManifestList,
    Labels: goMap(image.config.labels),
    Names: image.names,
    ParentId: image.parentId,
    ReadOnly: false,
    RepoDigests: isDocker ? image.repoDigests : namesByDigest(image),
    RepoTags: image.names,
    Repository: entry.repository,
    SharedSize: isDocker ? 'N/A' : 0,
    Size: options.style.imageSize(image.sizeBytes),
    Tag: entry.tag,
    UniqueSize: 'N/A',
    VirtualSize: isDocker ? formatSize(image.sizeBytes) : image.sizeBytes,
  }
}

export const IMAGE_FIELD_HEADINGS: Readonly<Record<string, string>> = {
  ID: 'IMAGE ID',
  Id: 'IMAGE ID',
  CreatedSince: 'CREATED',
}
