import { sha256 } from './fake-registry.ts'
import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from './media-type.ts'

/** For tests: the parts of a small image. */
export const LAYER = Buffer.alloc(300_000, 'layer ')
const CONFIG = JSON.stringify({
  architecture: 'amd64',
  os: 'linux',
  rootfs: { type: 'layers', diff_ids: [sha256('x')] },
})

function descriptor(bytes: Uint8Array | string, mediaType: string) {
  return { mediaType, digest: sha256(bytes), size: Buffer.from(bytes).length }
}

export function manifestObject() {
  return {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor(CONFIG, 'application/vnd.oci.image.config.v1+json'),
    layers: [descriptor(LAYER, 'application/vnd.oci.image.layer.v1.tar+gzip')],
  }
}

export function schema2Object() {
  return {
    schemaVersion: 2,
    mediaType: DOCKER_MANIFEST,
    config: descriptor(CONFIG, 'application/vnd.docker.container.image.v1+json'),
    layers: [descriptor(LAYER, 'application/vnd.docker.image.rootfs.diff.tar.gzip')],
  }
}

/** An index with one entry for each `os/arch/variant`; every entry has another digest. */
export function indexObject(...platforms: readonly string[]) {
  return {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: platforms.map((platform) => {
      const [os, architecture, variant] = platform.split('/')
      return { ...descriptor(platform, OCI_MANIFEST), platform: { os, architecture, ...(variant && { variant }) } }
    }),
  }
}

export const MANIFEST = JSON.stringify(manifestObject())
