/** Source: OCI image-spec, media-types.md; Docker image manifest v2 schema 2. */
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'

export const MANIFEST_TYPES: readonly string[] = [OCI_MANIFEST, DOCKER_MANIFEST]
export const INDEX_TYPES: readonly string[] = [OCI_INDEX, DOCKER_LIST]
/** What a registry is asked for. */
export const ACCEPTED_TYPES: readonly string[] = [...MANIFEST_TYPES, ...INDEX_TYPES]

export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json'
export const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json'
export const CONFIG_TYPES: readonly string[] = [OCI_CONFIG, DOCKER_CONFIG]

const SCHEMA1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/

export function isSchema1(mediaType: string): boolean {
  return SCHEMA1.test(mediaType)
}

export type LayerCompression = 'none' | 'gzip' | 'zstd'

const LAYER_TYPES: ReadonlyMap<string, LayerCompression> = new Map([
  ['application/vnd.oci.image.layer.v1.tar', 'none'],
  ['application/vnd.oci.image.layer.v1.tar+gzip', 'gzip'],
  ['application/vnd.oci.image.layer.v1.tar+zstd', 'zstd'],
  ['application/vnd.docker.image.rootfs.diff.tar', 'none'],
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'gzip'],
  ['application/vnd.docker.image.rootfs.diff.tar.zstd', 'zstd'],
])

/** How a layer of this type is compressed; `undefined` for what is no layer of an image tspod can unpack. */
export function layerCompression(mediaType: string): LayerCompression | undefined {
  return LAYER_TYPES.get(mediaType)
}

/** The media type of a layer that is compressed so. Docker's has no zstd that its own clients know. */
export function layerType(format: 'oci' | 'docker', compression: LayerCompression): string {
  if (format === 'oci')
    return `application/vnd.oci.image.layer.v1.tar${compression === 'none' ? '' : `+${compression}`}`
  return `application/vnd.docker.image.rootfs.diff.tar${compression === 'none' ? '' : `.${compression}`}`
}

/** A layer its owner allows to be had only from its own address. Source: image-spec, layer.md, "Non-Distributable Layers". */
export function isForeignLayer(mediaType: string): boolean {
  return mediaType.includes('.layer.nondistributable.') || mediaType.includes('.rootfs.foreign.')
}
