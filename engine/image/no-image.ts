import { digestOfHex } from '../../storage/content/digest.ts'
import { type Image, NO_CONFIG } from '../../storage/images/image.ts'

/** What stands in the place of an image for a container that has none, with --rootfs: it says nothing of anything. */
export function noImage(): Image {
  return {
    id: '',
    manifestDigest: digestOfHex('0'.repeat(64)),
    manifestMediaType: '',
    config: NO_CONFIG,
    layers: [],
    names: [],
    repoDigests: [],
    createdAtMs: 0,
    sizeBytes: 0,
  }
}
