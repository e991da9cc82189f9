import type { RemovedImages } from '../../engine/image/remove.ts'
import type { ReportOptions } from '../../ui/text/template/report.ts'
import { dockerStyle } from './docker.ts'
import { podmanStyle } from './podman.ts'

export type PrunedKind = 'Containers' | 'Images' | 'Networks' | 'Pods' | 'Volumes'

export interface Pruned {
  readonly kind: PrunedKind
  /** ids, or names of volumes and networks */
  readonly ids: readonly string[]
  /** of images: what went with each */
  readonly images?: readonly RemovedImages[]
  readonly reclaimedBytes: number
}

export interface Pulled {
  readonly image: { readonly manifestDigest: string }
  readonly name: string
  /** the name meant another image before, or none */
  readonly isNew?: boolean
}

/** Where docker and podman say the same thing in different words: the one place that decides. Pure. */
export interface Style {
  readonly engine: 'docker' | 'podman'
  /** of an image, as a user of that engine would read it; takes a full one */
  imageName(name: string): string
  /** an id in full */
  imageId(id: string): string
  /** in the list of images and in a history */
  imageSize(bytes: number): string
  /** a text that is too long for its column */
  ellipsis(text: string, length: number): string
  /** a text as it stands in its column; only docker's command is quoted */
  quoted(text: string): string
  /** how a `table` by a template looks */
  readonly report: Pick<ReportOptions, 'layout' | 'spacesPartColumns'>
  /** exit status of a template that cannot be read, of `inspect` and `events` */
  readonly badTemplateStatus: number
  table(rows: readonly (readonly string[])[]): string[]
  /** objects by `--format json` */
  json(objects: readonly unknown[]): string[]
  /** of `inspect` */
  readonly inspectIndent: number
  /** of `inspect --format json`; 0 is all on a line */
  readonly inspectJsonIndent: number
  /** exit status where `inspect` does not find something */
  readonly inspectMissingStatus: number
  /** `pull -q`, or at the end of a pull; `name` in full */
  pulled(image: { readonly id: string }, name: string): string
  /** what stands before that in a pull which is not quiet */
  pullStatus(pulled: Pulled): string[]
  loaded(name: string): string
  removed(images: readonly RemovedImages[]): string[]
  /** after `image prune` and the like */
  pruned(report: Pruned): string[]
  /** after `system prune` */
  prunedAll(reports: readonly Pruned[]): string[]
}

const STYLES: Readonly<Record<Style['engine'], Style>> = { docker: dockerStyle, podman: podmanStyle }

export function styleOf({ compat }: { readonly compat: Style['engine'] }): Style {
  return STYLES[compat]
}
