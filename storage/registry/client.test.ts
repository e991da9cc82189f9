import { describe, expect, test } from 'vitest'
import { openRegistry, type RegistryClient } from './client.ts'
import type { Endpoint } from './endpoint.ts'
import { LAYER, MANIFEST, manifestObject } from './fake-image.ts'
import {
  closedPort,
  endpointOn,
  FAKE_REPOSITORY,
  type FakeRegistry,
  sha256,
  startFakeRegistry,
  status,
} from './fake-registry.ts'
import { DOCKER_MANIFEST } from './media-type.ts'
import type { RegistryOptions } from './registry-options.ts'

const BLOB = { digest: sha256(LAYER), sizeBytes: LAYER.length }
const LATEST = { tag: 'latest' }
const FAST = { connectMs: 300, headersMs: 150, bodyIdleMs: 150 }

function client(endpoints: readonly Endpoint[], options: Partial<RegistryOptions> = {}): RegistryClient {
  return openRegistry(endpoints, { userAgent: 'tspod/test', timeouts: FAST, retry: { firstDelayMs: 1 }, ...options })
}

async function startWithImage(options: Parameters<typeof startFakeRegistry>[0] = {}): Promise<FakeRegistry> {
  const registry = await startFakeRegistry(options)
  registry.put(MANIFEST, { tag: 'latest' })
  registry.put(LAYER, { mediaType: 'application/octet-stream' })
  return registry
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('a registry that works', () => {
  test('gives manifests by tag and by digest, byte for byte', async () => {
    await using registry = await startWithImage()
    await using images = client([registry.endpoint])
    const byTag = await images.fetchManifest(LATEST)
    expect(byTag).toMatchObject({
      digest: sha256(MANIFEST),
      mediaType: manifestObject().mediaType,
      manifest: { kind: 'manifest' },
    })
    expect(Buffer.from(byTag.bytes).toString()).toBe(MANIFEST)
    expect((await images.fetchManifest({ tag: 'nonsense', digest: byTag.digest })).digest).toBe(byTag.digest)
    expect(await images.headManifest(LATEST)).toMatchObject({ digest: byTag.digest, mediaType: byTag.mediaType })
    expect(registry.requests.map(({ line }) => line)).toEqual([
      `GET /v2/${FAKE_REPOSITORY}/manifests/latest`,
      `GET /v2/${FAKE_REPOSITORY}/manifests/${byTag.digest}`,
      `HEAD /v2/${FAKE_REPOSITORY}/manifests/latest`,
    ])
  })

  test('gives blobs, from an offset on too', async () => {
    await using registry = await startWithImage()
    await using images = client([registry.endpoint])
    const whole = await images.openBlob(BLOB)
    expect(whole.offset).toBe(0)
    expect((await collect(whole.stream)).equals(LAYER)).toBe(true)
    const rest = await images.openBlob(BLOB, { offset: 1000 })
    expect(rest.offset).toBe(1000)
    expect((await collect(rest.stream)).equals(LAYER.subarray(1000))).toBe(true)
    const end = await images.openBlob(BLOB, { offset: LAYER.length })
    expect(await collect(end.stream)).toHaveLength(0)
  })

  test('may ignore Range: then the offset is 0', async () => {
    await using registry = await startWithImage({ ignoreRange: true })
    await using images = client([registry.endpoint])
    const blob = await images.openBlob(BLOB, { offset: 1000 })
    expect(blob.offset).toBe(0)
    expect((await collect(blob.stream)).equals(LAYER)).toBe(true)
  })

  test('may not know HEAD', async () => {
    await using registry = await startWithImage()
    registry.once('/manifests/', status(405))
    await using images = client([registry.endpoint])
    expect(await images.headManifest(LATEST)).toMatchObject({ digest: sha256(MANIFEST) })
  })
})

describe('a registry that fails', () => {
  // biome-ignore format: a table
  test.for([
    [404, 'E_IMAGE_NOT_FOUND',     1, {}],
    [401, 'E_REGISTRY_AUTH',       1, {}],
    [403, 'E_REGISTRY_AUTH',       1, {}],
    [400, 'E_REGISTRY_ERROR',      1, {}],
    [500, 'E_REGISTRY_ERROR',      3, {}],
    [503, 'E_REGISTRY_ERROR',      3, {}],
    [429, 'E_REGISTRY_RATE_LIMIT', 3, {}],
    [429, 'E_REGISTRY_RATE_LIMIT', 3, { 'retry-after': '0' }],
    [429, 'E_REGISTRY_RATE_LIMIT', 1, { 'retry-after': '3600' }],
  ] as const)('status %i is %s after %i tries', async ([code, error, tries, headers]) => {
    await using registry = await startWithImage()
    registry.once('/manifests/', status(code, headers, '{"errors":[{"message":"because\\n\\u001b[31mof this"}]}'), 10)
    await using images = client([registry.endpoint])
    const failure = await images.fetchManifest(LATEST).catch((thrown) => thrown)
    expect(failure).toMatchObject({ code: error, message: expect.stringContaining(registry.host) })
    if (code !== 404) expect(failure.message).toMatch(/: because \[31mof this$/)
    expect(registry.requests).toHaveLength(tries)
  })

  test('for a moment is asked again, and the user hears of it', async () => {
    await using registry = await startWithImage()
    registry.once('/manifests/', status(429, { 'retry-after': '0' }))
    registry.once('/manifests/', status(502))
    const notices: string[] = []
    await using images = client([registry.endpoint], { onNotice: (notice) => notices.push(notice) })
    expect(await images.fetchManifest(LATEST)).toMatchObject({ digest: sha256(MANIFEST) })
    expect(notices).toEqual([
      `${registry.host} allows no more requests for now; trying again`,
      `${registry.host} answered with status 502; trying again`,
    ])
  })

  test('is not there: refused, or unknown', async () => {
    const host = await closedPort()
    await using images = client([endpointOn(host, [{ scheme: 'http', verify: false }])])
    await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({
      code: 'E_REGISTRY_UNREACHABLE',
      message: `could not reach registry ${host}: connection refused`,
      hint: 'check the port, and that the registry runs there',
    })
  })

  test('stalls before the headers, or in the body', async () => {
    await using registry = await startWithImage()
    registry.once('/manifests/', () => undefined)
    registry.once('/blobs/', (_request, response) => {
      response.writeHead(200, { 'content-length': LAYER.length })
      response.write(LAYER.subarray(0, 100))
    })
    await using images = client([registry.endpoint], { retry: { tries: 1 } })
    await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({
      code: 'E_REGISTRY_UNREACHABLE',
      message: expect.stringContaining('timed out waiting for an answer'),
    })
    const blob = await images.openBlob(BLOB)
    await expect(collect(blob.stream)).rejects.toMatchObject({
      code: 'E_REGISTRY_UNREACHABLE',
      message: expect.stringContaining('in the middle of an answer'),
    })
  })

  test('does not speak HTTP', async () => {
    await using registry = await startWithImage()
    registry.once('/manifests/', (request) => request.socket.end('SSH-2.0-x\r\n\r\n'))
    await using images = client([registry.endpoint])
    await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({ code: 'E_REGISTRY_PROTOCOL' })
  })

  test('a cancelled pull ends at once, with the reason given', async () => {
    await using registry = await startWithImage()
    const controller = new AbortController()
    const reason = new Error('interrupted')
    registry.once('/manifests/', () => controller.abort(reason))
    await using images = client([registry.endpoint], { signal: controller.signal, timeouts: { headersMs: 60_000 } })
    await expect(images.fetchManifest(LATEST)).rejects.toBe(reason)
  })
})

describe('a registry that lies', () => {
  test('about the content of a digest or a tag', async () => {
    await using registry = await startWithImage()
    const type = { 'content-type': manifestObject().mediaType }
    registry.once('/manifests/', status(200, type, MANIFEST))
    registry.once('/manifests/', status(200, { ...type, 'docker-content-digest': sha256('other') }, MANIFEST))
    registry.once('/manifests/', status(200, { ...type, 'docker-content-digest': 'nonsense' }, MANIFEST))
    await using images = client([registry.endpoint])
    await expect(images.fetchManifest({ digest: sha256('wanted') })).rejects.toMatchObject({
      code: 'E_DIGEST_MISMATCH',
    })
    await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({ code: 'E_DIGEST_MISMATCH' })
    await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({ code: 'E_REGISTRY_PROTOCOL' })
  })

  test('about the type of a manifest', async () => {
    await using registry = await startWithImage()
    registry.once('/manifests/', status(200, { 'content-type': DOCKER_MANIFEST }, MANIFEST))
    await using images = client([registry.endpoint])
    await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({ code: 'E_REGISTRY_PROTOCOL' })
  })

  test('with a manifest without end', async () => {
    await using registry = await startWithImage()
    registry.once('/manifests/', (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
      }
      response.on('drain', more)
      more()
    })
    await using images = client([registry.endpoint])
    await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({
      code: 'E_REGISTRY_PROTOCOL',
      message: expect.stringContaining('more than 4194304 bytes'),
    })
  })

  test('about the size, part or encoding of a blob', async () => {
    await using registry = await startWithImage()
    registry.once('/blobs/', status(200, { 'content-length': '5' }, '12345'))
    registry.once('/blobs/', (_request, response) => void response.writeHead(200).end(Buffer.concat([LAYER, LAYER])))
    registry.once('/blobs/', (_request, response) => void response.writeHead(200).end('short'))
    registry.once('/blobs/', status(206, { 'content-range': 'bytes 5-9/10' }, '12345'))
    registry.once('/blobs/', status(200, { 'content-encoding': 'gzip' }, ''))
    await using images = client([registry.endpoint])
    await expect(images.openBlob(BLOB)).rejects.toMatchObject({ code: 'E_REGISTRY_PROTOCOL' })
    await expect(collect((await images.openBlob(BLOB)).stream)).rejects.toMatchObject({ code: 'E_REGISTRY_PROTOCOL' })
    await expect(collect((await images.openBlob(BLOB)).stream)).rejects.toMatchObject({
      code: 'E_REGISTRY_UNREACHABLE',
    })
    await expect(images.openBlob(BLOB, { offset: 7 })).rejects.toMatchObject({ code: 'E_REGISTRY_PROTOCOL' })
    await expect(images.openBlob(BLOB)).rejects.toMatchObject({ code: 'E_REGISTRY_PROTOCOL' })
  })
})

describe('mirrors', () => {
  const HTTP = [{ scheme: 'http', verify: false }] as const

  test('are asked first; the registry itself when they fail', async () => {
    await using mirror = await startFakeRegistry()
    await using registry = await startWithImage()
    await using images = client([endpointOn(mirror.host, HTTP, true), registry.endpoint])
    expect((await images.fetchManifest(LATEST)).endpoint.host).toBe(registry.host)
    await collect((await images.openBlob(BLOB)).stream)
    expect(mirror.requests.map(({ line }) => line)).toEqual([`GET /v2/${FAKE_REPOSITORY}/manifests/latest`])
  })

  test('that have the image spare the registry', async () => {
    await using mirror = await startWithImage()
    await using registry = await startWithImage()
    await using images = client([endpointOn(mirror.host, HTTP, true), registry.endpoint])
    expect((await images.fetchManifest(LATEST)).endpoint.host).toBe(mirror.host)
    expect(registry.requests).toEqual([])
  })

  test('that lie or are down are passed over, with a notice', async () => {
    await using lying = await startWithImage()
    lying.once('/manifests/', status(200, { 'docker-content-digest': sha256('other') }, MANIFEST))
    const down = await closedPort()
    await using registry = await startWithImage()
    const notices: string[] = []
    const endpoints = [endpointOn(down, HTTP, true), endpointOn(lying.host, HTTP, true), registry.endpoint]
    await using images = client(endpoints, { retry: { tries: 1 }, onNotice: (notice) => notices.push(notice) })
    expect((await images.fetchManifest(LATEST)).endpoint.host).toBe(registry.host)
    expect(notices).toEqual([
      `mirror: could not reach registry ${down}: connection refused`,
      expect.stringContaining('is not what was asked for'),
    ])
  })

  test("the registry's own failure is the one reported, with the mirrors tried", async () => {
    await using registry = await startFakeRegistry()
    const down = await closedPort()
    await using images = client([endpointOn(down, HTTP, true), registry.endpoint], { retry: { tries: 1 } })
    await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({
      code: 'E_IMAGE_NOT_FOUND',
      message: `no image ${FAKE_REPOSITORY}:latest on ${registry.host} (mirrors tried: ${down})`,
    })
  })
})
