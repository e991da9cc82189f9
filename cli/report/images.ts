import type { Image } from '../../engine/image/list.ts'
import { formatAgo } from '../../ui/text/durations.ts'
import { formatSize } from '../../ui/text/sizes.ts'
import { formatGoTime, formatJsonTime } from '../../ui/text/times.ts'
import { shortId } from '../../ui/text/truncate.ts'

export interface ImageReportOptions {
  readonly nowMs: number
  readonly noTruncate: boolean
}

/** An image under one of its names; one without a name has the row `<none>`. */
export interface ImageEntry {
  readonly image: Image
  readonly repository: string
  readonly tag: string
}

/** podman shows an image once for each of its names. */
export function imageEntries(images: readonly Image[]): ImageEntry[] {
  return images.flatMap((image) =>
    image.names.length === 0
      ? [{ image, repository: digestRepository(image), tag: '<none>' }]
      : image.names.map((name) => ({ image, ...splitName(name) })),
  )
}

function splitName(name: string): { repository: string; tag: string } {
  const colon = name.lastIndexOf(':')
  if (colon <= name.lastIndexOf('/')) return { repository: name, tag: '<none>' }
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
}

/** An image pulled by digest alone still has the repository it came from. */
function digestRepository(image: Image): string {
  return image.repoDigests[0]?.replace(/@.*$/, '') ?? '<none>'
}

export function imageHeadings(digests: boolean): string[] {
  return ['REPOSITORY', 'TAG', ...(digests ? ['DIGEST'] : []), 'IMAGE ID', 'CREATED', 'SIZE']
}

/** A line of podman's images, cell by cell. */
export function imageCells(entry: ImageEntry, options: ImageReportOptions & { readonly digests: boolean }): string[] {
  const { image } = entry
  return [
    entry.repository,
    entry.tag,
    ...(options.digests ? [image.manifestDigest] : []),
    options.noTruncate ? `sha256:${image.id}` : shortId(image.id),
    formatAgo(image.createdAtMs, options.nowMs),
    sizeText(image),
  ]
}

/** podman puts a space before the unit here, and nowhere else. */
function sizeText(image: Image): string {
  return formatSize(image.sizeBytes).replace(/^([\d.e+]+)/, '$1 ')
}

/** An element of `images --format json`, with podman's names and types. */
export function imageJson(image: Image): Readonly<Record<string, unknown>> {
  return {
    Id: image.id,
    ParentId: '',
    RepoTags: image.names,
    RepoDigests: image.repoDigests,
    Size: image.sizeBytes,
    SharedSize: 0,
    VirtualSize: image.sizeBytes,
    Labels: Object.keys(image.config.labels).length > 0 ? image.config.labels : null,
    Containers: 0,
    Names: image.names,
    Digest: image.manifestDigest,
    History: image.names,
    Created: Math.trunc(image.createdAtMs / 1000),
    CreatedAt: formatJsonTime(image.createdAtMs),
  }
}

/** What a template for `images` may name. Source: podman-images(1), "--format". */
export function imageFields(entry: ImageEntry, options: ImageReportOptions): Readonly<Record<string, unknown>> {
  const { image } = entry
  return {
    Containers: 0,
    Created: formatAgo(image.createdAtMs, options.nowMs),
    CreatedAt: formatGoTime(image.createdAtMs),
    CreatedSince: formatAgo(image.createdAtMs, options.nowMs),
    CreatedTime: formatGoTime(image.createdAtMs),
    Dangling: image.names.length === 0,
    Digest: image.manifestDigest,
    History: image.names.join(', '),
    ID: options.noTruncate ? `sha256:${image.id}` : shortId(image.id),
    Id: options.noTruncate ? image.id : shortId(image.id),
    Labels: Object.entries(image.config.labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
    Names: image.names,
    ParentId: '',
    ReadOnly: false,
    RepoDigests: image.repoDigests,
    RepoTags: image.names,
    Repository: entry.repository,
    SharedSize: '',
    Size: sizeText(image),
    Tag: entry.tag,
    VirtualSize: sizeText(image),
  }
}

export const IMAGE_FIELD_HEADINGS: Readonly<Record<string, string>> = {
  ID: 'IMAGE ID',
  Id: 'IMAGE ID',
  CreatedSince: 'CREATED',
}
