import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

/** Writes the image `hello` as an OCI image layout: one layer, one program. Source: OCI image-spec, image-layout.md. */
export async function writeHelloLayout(
  program: string,
  { layout, architecture }: { readonly layout: string; readonly architecture: string },
): Promise<void> {
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true })
  const tar = await tarOf('hello', readFileSync(program))
  const layer = writeBlob(layout, 'application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar, { level: 9 }))
  const config = writeBlob(
    layout,
    'application/vnd.oci.image.config.v1+json',
    json({
      architecture,
      os: 'linux',
      created: '2026-01-01T00:00:00Z',
      config: {
        Cmd: ['/hello'],
        Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
        WorkingDir: '/',
      },
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
      history: [{ created_by: 'COPY hello /' }],
    }),
  )
  const manifestType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = writeBlob(
    layout,
    manifestType,
    json({ schemaVersion: 2, mediaType: manifestType, config, layers: [layer] }),
  )
  writeFileSync(join(layout, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }))
  writeFileSync(
    join(layout, 'index.json'),
    json({ schemaVersion: 2, manifests: [{ ...manifest, platform: { architecture, os: 'linux' } }] }),
  )
}

async function tarOf(name: string, content: Buffer): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name, mode: 0o755, mtime: new Date(0) }, content)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function writeBlob(
  layout: string,
  mediaType: string,
  bytes: Buffer,
): { mediaType: string; digest: string; size: number } {
  const digest = digestOf(bytes)
  writeFileSync(join(layout, 'blobs/sha256', digest.slice('sha256:'.length)), bytes)
  return { mediaType, digest, size: bytes.length }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}
