import { readBounded } from '../../base/files.ts'

/**
 * What an unpacked layer's directory does not say by itself, kept beside it as
 * `layers/<short>.json`. Names are bytes, held as Latin-1 strings.
 */
export interface LayerRecord {
  readonly chainId: string
  /** names of lower layers that this one hides, relative to its root */
  readonly whiteouts: readonly string[]
  /** directories that hide the lower ones of the same name; '' is the root */
  readonly opaque: readonly string[]
  /** owners that could not be applied here */
  readonly owners: readonly (readonly [path: string, uid: number, gid: number])[]
  /** of the plain tar it came in; layers that were made by an older version do not say */
  readonly tarBytes?: number
}

const MAX_RECORD_BYTES = 1 << 30

/** Only tspod writes these, so what is in it is of the shape it was written in. */
export function readLayerRecord(path: string): LayerRecord {
  return JSON.parse(readBounded(path, MAX_RECORD_BYTES).toString('utf8')) as LayerRecord
}
