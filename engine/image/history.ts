import type { Image } from '../../storage/images/image.ts'
import type { Engine } from '../engine.ts'

export interface HistoryEntry {
  /** of the image that ends here; '' where none in storage does */
  readonly id: string
  readonly createdAtMs: number | null
  /** as the configuration has it */
  readonly created: string
  readonly createdBy: string
  readonly comment: string
  /** of what this step added, unpacked */
  readonly sizeBytes: number
  readonly tags: readonly string[]
}

/**
 * The steps an image was made in, the last one first.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-history(1)
 */
export function imageHistory(engine: Engine, ref: string): HistoryEntry[] {
  const { images } = engine.storage
  return describeHistory(images.resolve(ref), images.list())
}

/** Pure. An image without a history has an entry for each layer. */
export function describeHistory(image: Image, all: readonly Image[]): HistoryEntry[] {
  const steps =
    image.config.history.length > 0
      ? image.config.history
      : image.layers.map(() => ({ created: image.config.created, createdBy: '', comment: '', emptyLayer: false }))
  let layers = 0
  const entries = steps.map((step, index): HistoryEntry => {
    const layer = step.emptyLayer ? undefined : image.layers[layers++]
    const isLast = index === steps.length - 1
    const ended = isLast ? image : endingAt(image, { steps: index + 1, layers }, all)
    const createdAtMs = Date.parse(step.created)
    return {
      id: ended?.id ?? '',
      createdAtMs: Number.isFinite(createdAtMs) ? createdAtMs : null,
      created: step.created,
      createdBy: step.createdBy,
      comment: step.comment,
      sizeBytes: layer?.unpackedSizeBytes ?? 0,
      tags: ended?.names ?? [],
    }
  })
  return entries.reverse()
}

/** Another image that is the beginning of this one. */
function endingAt(image: Image, length: { steps: number; layers: number }, all: readonly Image[]): Image | undefined {
  const top = image.layers[length.layers - 1]?.chainId
  return all.find(
    (other) =>
      other.layers.length === length.layers &&
      other.config.history.length === length.steps &&
      other.layers.at(-1)?.chainId === top,
  )
}
