import { createHash } from 'node:crypto'
import { digestOfHex } from '../../storage/content/digest.ts'
import { type Image, NO_CONFIG } from '../../storage/images/image.ts'
import type { ListedImage } from './list.ts'

/** For tests: an image of these layers, bottom first, each made by a step of the same name. */
export function imageForTest(layers: readonly string[], members: Partial<ListedImage> = {}): ListedImage {
  const digest = (text: string) => digestOfHex(createHash('sha256').update(text).digest('hex'))
  const image: Image = {
    id: digest(`image ${layers.join()} ${members.names?.join()}`).slice('sha256:'.length),
    manifestDigest: digest(`manifest ${layers.join()}`),
    manifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      ...NO_CONFIG,
      architecture: 'amd64',
      os: 'linux',
      diffIds: layers.map(digest),
      history: layers.map((layer) => ({
        created: '2024-05-01T10:00:00Z',
        createdBy: `COPY ${layer} /`,
        comment: '',
        emptyLayer: false,
      })),
    },
    layers: layers.map((layer, index) => ({
      chainId: digest(layers.slice(0, index + 1).join()),
      diffId: digest(layer),
      blobDigest: digest(`blob ${layer}`),
      blobSizeBytes: 10,
      unpackedSizeBytes: layer.length,
    })),
    names: [],
    repoDigests: [],
    createdAtMs: Date.parse('2024-05-01T10:00:00Z'),
    sizeBytes: layers.join('').length,
  }
  return { ...image, containers: 0, parentId: '', isIntermediate: false, isManifestList: false, ...members }
}
