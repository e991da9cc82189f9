import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from '../../base/child.ts'
import { type Blob, type BuiltImage, blobOf } from './tar-image.ts'
import { until } from './until.ts'

export interface TestRegistry extends AsyncDisposable {
  /** host:port on loopback */
  readonly host: string
  push(repository: string, tag: string, image: BuiltImage): Promise<void>
  pushIndex(repository: string, tag: string, images: readonly PlatformImage[]): Promise<Blob>
}

export interface PlatformImage {
  readonly image: BuiltImage
  readonly platform: Record<string, string>
}

export interface RegistryOptions {
  /** wants a login of `LOGIN` */
  readonly login?: boolean
  /** wants a token of this service */
  readonly tokens?: {
    readonly realm: string
    readonly service: string
    readonly issuer: string
    readonly authority: string
  }
  /** speaks TLS; with `clients`, only to who shows a certificate of that authority */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clients?: string }
}

/** The one user of a registry that wants a login. */
export const LOGIN = { username: 'alice', password: 'S3cret-pass' } as const
// bcrypt, the only kind that docker-registry takes.
const LOGIN_LINE = 'alice:$2y$05$abcdefghijklmnopqrstuueRwSg18bpPTK.Dbry8AKt6VaLeQJEpC\n'

/** Starts docker-registry from Debian on a loopback port that the kernel chooses, with its data in `directory`. */
export async function startRegistry(directory: string, options: RegistryOptions = {}): Promise<TestRegistry> {
  mkdirSync(directory, { recursive: true })
  const config = join(directory, 'config.yml')
  writeFileSync(join(directory, 'htpasswd'), LOGIN_LINE)
  writeFileSync(config, JSON.stringify(configOf(directory, options)))
  const log = join(directory, 'log')
  const file = openSync(log, 'w')
  const child = startChild('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', file] })
  closeSync(file)
  const listening = () => /listening on (127\.0\.0\.1:\d+)/.exec(readFileSync(log, 'utf8'))?.[1]
  await until('docker-registry listens', () => listening() !== undefined || child.exitCode !== null)
  const host = listening()
  if (host === undefined) throw new Error(`docker-registry does not listen: ${readFileSync(log, 'utf8')}`)
  return {
    host,
    push: (repository, tag, image) => push(host, repository, tag, image),
    pushIndex: (repository, tag, images) => pushIndex(host, { repository, tag }, images),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await gone
    },
  }
}

/** JSON is YAML. Source: distribution, docs/configuration.md. */
function configOf(directory: string, { login, tokens, tls }: RegistryOptions) {
  const authority = tokens && { ...tokens, rootcertbundle: tokens.authority, authority: undefined }
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true } },
    http: {
      addr: '127.0.0.1:0',
      ...(tls && {
        tls: { certificate: tls.certificate, key: tls.key, ...(tls.clients && { clientcas: [tls.clients] }) },
      }),
    },
    ...(login && { auth: { htpasswd: { realm: 'test', path: join(directory, 'htpasswd') } } }),
    ...(authority && { auth: { token: authority } }),
  }
}

export async function push(host: string, repository: string, reference: string, image: BuiltImage): Promise<void> {
  for (const blob of [image.config, ...image.layers]) {
    const started = await fetch(`http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST' })
    const location = new URL(started.headers.get('location') ?? '', `http://${host}`)
    location.searchParams.set('digest', blob.digest)
    const put = await fetch(location, {
      method: 'PUT',
      body: new Uint8Array(blob.bytes),
      headers: { 'content-type': 'application/octet-stream' },
    })
    if (put.status !== 201) throw new Error(`registry took no blob: ${put.status} ${await put.text()}`)
  }
  await putManifest(host, repository, reference, image.manifest)
}

/** Pushes the images of an index and the index, which comes back. */
export async function pushIndex(
  host: string,
  { repository, tag }: { readonly repository: string; readonly tag: string },
  images: readonly PlatformImage[],
): Promise<Blob> {
  for (const { image } of images) await push(host, repository, image.manifest.digest, image)
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const manifests = images.map(({ image, platform }) => ({
    mediaType: image.manifest.mediaType,
    digest: image.manifest.digest,
    size: image.manifest.bytes.length,
    platform,
  }))
  const index = blobOf(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests })))
  await putManifest(host, repository, tag, { ...index, mediaType })
  return index
}

async function putManifest(
  host: string,
  repository: string,
  reference: string,
  manifest: { bytes: Buffer; mediaType: string },
): Promise<void> {
  const put = await fetch(`http://${host}/v2/${repository}/manifests/${reference}`, {
    method: 'PUT',
    body: new Uint8Array(manifest.bytes),
    headers: { 'content-type': manifest.mediaType },
  })
  if (put.status !== 201) throw new Error(`registry took no manifest: ${put.status} ${await put.text()}`)
}
