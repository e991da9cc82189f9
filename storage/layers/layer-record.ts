/**
 * What an unpacked layer's directory does not say by itself, kept beside it as
 * `layers/<short>.json`. Names are bytes, held as Latin-1 strings.
 */
export interface LayerRecord {
  readonly chainId: string
  /** relative to the layer; of lower layers, in the order they were met */
  readonly whiteouts: readonly string[]
  /** directories that hide the lower ones of the same name; '' is the root */
  readonly opaque: readonly string[]
  /** owners that could not be applied here: path, uid, gid */
  readonly owners: readonly (readonly [path: string, uid: number, gid: number])[]
}
