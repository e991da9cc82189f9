import { createHash } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'

export interface Blob {
  readonly digest: string
  readonly bytes: Buffer
}

export interface BuiltImage {
  readonly manifest: Blob & { readonly mediaType: string }
  readonly config: Blob
  readonly layers: readonly Blob[]
}

export type TarEntry = Partial<Header> & { readonly name: string; readonly content?: string | Buffer }

export type Compression = 'gzip' | 'zstd' | 'none'

const OCI = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: {
    gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
    zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
    none: 'application/vnd.oci.image.layer.v1.tar',
  },
} as const

const DOCKER = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: {
    gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    zstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
    none: 'application/vnd.docker.image.rootfs.diff.tar',
  },
} as const

/** A tar archive of these entries. */
export async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const tar = pack()
  for (const { content, ...header } of entries)
    tar.entry({ mtime: new Date(1_600_000_000_000), ...header }, content ?? '')
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** An image of these uncompressed layers, bottom first, in the OCI or the Docker format. */
export function imageOf(
  tars: readonly Buffer[],
  options: {
    config?: Record<string, unknown>
    compression?: readonly Compression[]
    format?: 'oci' | 'docker'
    architecture?: string
  } = {},
): BuiltImage {
  const types = options.format === 'docker' ? DOCKER : OCI
  const config = blobOf(
    Buffer.from(
      JSON.stringify({
        created: '2024-05-01T10:00:00Z',
        architecture: options.architecture ?? (process.arch === 'x64' ? 'amd64' : process.arch),
        os: 'linux',
        config: {
          Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
          Cmd: ['/bin/sh'],
          ...options.config,
        },
        rootfs: { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) },
        history: tars.map((_, index) => ({ created: '2024-05-01T10:00:00Z', created_by: `COPY layer${index} /` })),
      }),
    ),
  )
  const layers = tars.map((tar, index) => {
    const compression = options.compression?.[index] ?? 'gzip'
    return { ...blobOf(compress(tar, compression)), mediaType: types.layer[compression] }
  })
  const manifest = blobOf(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: types.manifest,
        config: { mediaType: types.config, digest: config.digest, size: config.bytes.length },
        layers: layers.map(({ mediaType, digest, bytes }) => ({ mediaType, digest, size: bytes.length })),
      }),
    ),
  )
  return { manifest: { ...manifest, mediaType: types.manifest }, config, layers }
}

export function blobOf(bytes: Buffer): Blob {
  return { digest: digestOf(bytes), bytes }
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function compress(tar: Buffer, compression: Compression): Buffer {
  if (compression === 'gzip') return gzipSync(tar, { level: 1 })
  return compression === 'zstd' ? zstdCompressSync(tar) : tar
}
