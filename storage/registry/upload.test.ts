import { describe, expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { LAYER, MANIFEST } from './fake-image.ts'
import {
  FAKE_REPOSITORY,
  type FakeOptions,
  type FakeRegistry,
  type Misbehaviour,
  sha256,
  startFakeRegistry,
  status,
} from './fake-registry.ts'
import { OCI_MANIFEST } from './media-type.ts'
import { openPushClient } from './push-client.ts'
import type { RegistryOptions } from './registry-options.ts'

const BLOB = { digest: sha256(LAYER), sizeBytes: LAYER.length }
const UPLOADS = `/v2/${FAKE_REPOSITORY}/blobs/uploads/`

function client(registry: FakeRegistry, options: Partial<RegistryOptions> = {}) {
  return openPushClient(registry.endpoint, { userAgent: 'tspod/test', retry: { firstDelayMs: 1 }, ...options })
}

/** Opens content, and remembers from where. */
function contentOf(bytes: Buffer) {
  const offsets: number[] = []
  async function* read(offset: number): AsyncGenerator<Uint8Array> {
    for (let at = offset; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
  }
  return {
    offsets,
    open: (offset: number) => {
      offsets.push(offset)
      return read(offset)
    },
  }
}

/** Takes so many bytes of the body for the fake upload, then breaks the connection. */
function breakAfter(registry: FakeRegistry, bytes: number): Misbehaviour {
  return (request) => {
    let received = Buffer.alloc(0)
    request.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < bytes) return
      request.pause()
      void fetch(`http://${registry.host}${request.url}`, {
        method: 'PATCH',
        headers: { 'content-range': `0-${bytes - 1}` },
        body: received.subarray(0, bytes),
      }).then(() => request.socket.destroy())
    })
  }
}

const lines = (registry: FakeRegistry) => registry.requests.map(({ line }) => line.split('?')[0])

describe('a blob', () => {
  test('goes in one request, after a question whether it is there', async () => {
    await using registry = await startFakeRegistry()
    await using target = client(registry)
    const content = contentOf(LAYER)
    expect(await target.hasBlob(BLOB)).toBe(false)
    await target.uploadBlob(BLOB, content.open)
    expect(registry.content(BLOB.digest)?.equals(LAYER)).toBe(true)
    expect(await target.hasBlob(BLOB)).toBe(true)
    expect(await target.hasBlob({ ...BLOB, sizeBytes: 7 })).toBe(false)
    expect(content.offsets).toEqual([0])
    expect(lines(registry).slice(0, 3)).toEqual([
      `HEAD /v2/${FAKE_REPOSITORY}/blobs/${BLOB.digest}`,
      `POST ${UPLOADS}`,
      `PUT ${UPLOADS}upload-1`,
    ])
    expect(registry.requests[2]?.line).toContain(`?_state=a%3D0&digest=${encodeURIComponent(BLOB.digest)}`)
  })

  test('of no bytes at all arrives', async () => {
    await using registry = await startFakeRegistry()
    await using target = client(registry)
    await target.uploadBlob({ digest: sha256(''), sizeBytes: 0 }, contentOf(Buffer.alloc(0)).open)
    expect(registry.content(sha256(''))).toHaveLength(0)
  })

  test('whose upload breaks goes on where it was', async () => {
    await using registry = await startFakeRegistry()
    const notices: string[] = []
    await using target = client(registry, { onNotice: (line) => notices.push(line) })
    registry.once('PUT ', breakAfter(registry, 100_000))
    const content = contentOf(LAYER)
    await target.uploadBlob(BLOB, content.open)
    expect(registry.content(BLOB.digest)?.equals(LAYER)).toBe(true)
    expect(content.offsets).toEqual([0, 100_000])
    expect(notices).toEqual([expect.stringMatching(/^could not reach registry .*; trying again$/)])
    expect(lines(registry).filter((line) => line?.startsWith('POST'))).toHaveLength(1)
  })

  test('whose upload the registry has forgotten begins anew', async () => {
    await using registry = await startFakeRegistry()
    await using target = client(registry)
    registry.once('PUT ', status(404))
    await target.uploadBlob(BLOB, contentOf(LAYER).open)
    expect(registry.content(BLOB.digest)?.equals(LAYER)).toBe(true)
    expect(lines(registry).filter((line) => line?.startsWith('POST'))).toHaveLength(2)
  })

  test('too large for one request goes in parts', async () => {
    const big = Buffer.alloc(10 << 20, 'big')
    await using registry = await startFakeRegistry({ uploads: { maxBodyBytes: 5 << 20 } })
    await using target = client(registry)
    const blob = { digest: sha256(big), sizeBytes: big.length }
    const content = contentOf(big)
    await target.uploadBlob(blob, content.open)
    expect(registry.content(blob.digest)?.equals(big)).toBe(true)
    // Read once in parts, after the attempts that were too large.
    expect(content.offsets).toEqual([0, 0, 0])
    expect(lines(registry).filter((line) => line?.startsWith('PATCH'))).toHaveLength(3)
  })

  test('that no part is small enough for is given up, with a hint', async () => {
    await using registry = await startFakeRegistry({ uploads: { maxBodyBytes: 1000 } })
    await using target = client(registry)
    await expect(target.uploadBlob(BLOB, contentOf(LAYER).open)).rejects.toMatchObject({
      code: 'E_REGISTRY_ERROR',
      hint: expect.stringContaining('client_max_body_size'),
    })
  })

  test('that the registry finds damaged is not tried again', async () => {
    await using registry = await startFakeRegistry()
    await using target = client(registry)
    const damaged = Buffer.from(LAYER).fill('x', 0, 10)
    await expect(target.uploadBlob(BLOB, contentOf(damaged).open)).rejects.toMatchObject({
      code: 'E_DIGEST_MISMATCH',
      message: expect.stringContaining('did not match'),
    })
    expect(lines(registry).filter((line) => line?.startsWith('PUT'))).toHaveLength(1)
  })

  test('whose source ends early or fails says so, and not that the registry did', async () => {
    await using registry = await startFakeRegistry()
    await using target = client(registry)
    await expect(target.uploadBlob(BLOB, contentOf(LAYER.subarray(0, 1000)).open)).rejects.toMatchObject({
      code: 'E_BLOB_SIZE',
    })
    const broken = new TspodError('E_BLOB_MISSING', 'it is gone')
    await expect(
      target.uploadBlob(BLOB, async function* () {
        yield LAYER.subarray(0, 100)
        throw broken
      }),
    ).rejects.toBe(broken)
  })
})

describe('a mount', () => {
  test('sends nothing; where it is refused, the upload begun instead is used', async () => {
    await using registry = await startFakeRegistry({ uploads: { mountable: ['team/base'] } })
    registry.put(LAYER)
    await using target = client(registry)
    expect(await target.mountBlob(BLOB, ['team/base'])).toBe(true)
    expect(await target.mountBlob(BLOB, ['team/else'])).toBe(false)
    await target.uploadBlob(BLOB, contentOf(LAYER).open)
    expect(lines(registry)).toEqual([`POST ${UPLOADS}`, `POST ${UPLOADS}`, `PUT ${UPLOADS}upload-1`])
  })

  test('asks for a token that allows both repositories', async () => {
    await using registry = await startFakeRegistry({ uploads: { mountable: ['team/base'] } })
    registry.put(LAYER)
    const challenge = { 'www-authenticate': `Bearer realm="http://${registry.host}/token",service="s"` }
    registry.once('HEAD ', status(401, challenge))
    registry.once('GET /token', status(200, {}, '{"token":"T1"}'))
    registry.once('GET /token', status(200, {}, '{"token":"T2"}'))
    await using target = client(registry)
    await target.hasBlob(BLOB)
    expect(await target.mountBlob(BLOB, ['team/base'])).toBe(true)
    const scopes = registry.requests.flatMap(({ line }) =>
      line.startsWith('GET /token') ? [new URL(line.slice(4), 'http://x').searchParams.getAll('scope')] : [],
    )
    const own = `repository:${FAKE_REPOSITORY}:pull,push`
    expect(scopes).toEqual([[own], [own, 'repository:team/base:pull']])
    expect(registry.requests.at(-1)?.authorization).toBe('Bearer T2')
  })
})

describe('where the registry sends an upload', () => {
  async function pushWithLogin(options: FakeOptions, elsewhere?: FakeRegistry) {
    const registry = await startFakeRegistry(options)
    registry.once('POST ', status(401, { 'www-authenticate': 'Basic realm="x"' }))
    await using target = client(registry, { credentialsFor: () => ({ username: 'a', password: 'S3cret' }) })
    await target.uploadBlob(BLOB, contentOf(LAYER).open).finally(() => registry[Symbol.asyncDispose]())
    return { registry, elsewhere }
  }

  test('is asked with the login on its own host, with the whole address given too', async () => {
    const location = (id: string): string => `${UPLOADS}${id}`
    const { registry } = await pushWithLogin({ uploads: { location } })
    expect(registry.requests.at(-1)?.authorization).toMatch(/^Basic /)
  })

  test('never sees the login on another host', async () => {
    await using storage = await startFakeRegistry()
    storage.once('PUT ', (request, response) => {
      request.resume()
      request.on('end', () => response.writeHead(201).end())
    })
    await pushWithLogin({ uploads: { location: (id) => `http://u:p@${storage.host}/store/${id}?sig=1%2F2` } })
    expect(storage.requests).toEqual([
      {
        line: `PUT /store/upload-1?sig=1%2F2&digest=${encodeURIComponent(BLOB.digest)}`,
        authorization: undefined,
        range: undefined,
      },
    ])
  })

  test('must be an address of the web', async () => {
    for (const location of ['file:///etc/shadow', 'http://[secret']) {
      const failure = await pushWithLogin({ uploads: { location: () => location } }).catch((thrown) => thrown)
      expect(failure).toMatchObject({ code: 'E_REGISTRY_PROTOCOL' })
      expect(failure.message).not.toMatch(/secret|shadow/)
    }
  })
})

describe('a manifest', () => {
  test('is stored byte for byte under a tag and a digest', async () => {
    await using registry = await startFakeRegistry()
    await using target = client(registry)
    const manifest = { mediaType: OCI_MANIFEST, bytes: Buffer.from(MANIFEST) }
    expect(await target.putManifest('v1', manifest)).toBe(sha256(MANIFEST))
    expect(await target.putManifest(sha256(MANIFEST), manifest)).toBe(sha256(MANIFEST))
    expect(registry.content('v1')?.toString()).toBe(MANIFEST)
  })

  test('that the registry says it has otherwise is an error', async () => {
    await using registry = await startFakeRegistry()
    registry.once('PUT ', status(201, { 'docker-content-digest': sha256('other') }))
    await using target = client(registry)
    const manifest = { mediaType: OCI_MANIFEST, bytes: Buffer.from(MANIFEST) }
    await expect(target.putManifest('v1', manifest)).rejects.toMatchObject({ code: 'E_DIGEST_MISMATCH' })
  })
})

// biome-ignore format: a table
test.for([
  [401, 'E_REGISTRY_AUTH',        /refused access/],
  [403, 'E_REGISTRY_AUTH',        /refused access/],
  [404, 'E_REPOSITORY_NOT_FOUND', /has no place for/],
  [405, 'E_REGISTRY_READ_ONLY',   /takes no images/],
  [400, 'E_REGISTRY_ERROR',       /because/],
] as const)('a push answered with %i is %s, at once', async ([code, error, message]) => {
  await using registry = await startFakeRegistry()
  registry.once('POST ', status(code, {}, '{"errors":[{"message":"because"}]}'), 9)
  await using target = client(registry)
  await expect(target.uploadBlob(BLOB, contentOf(LAYER).open)).rejects.toMatchObject({
    code: error,
    message: expect.stringMatching(message),
  })
  expect(registry.requests).toHaveLength(1)
})

test('a registry that wants a pause gets it, and the user a line', async () => {
  await using registry = await startFakeRegistry()
  registry.once('POST ', status(429, { 'retry-after': '0' }))
  const notices: string[] = []
  await using target = client(registry, { onNotice: (line) => notices.push(line) })
  await target.uploadBlob(BLOB, contentOf(LAYER).open)
  expect(notices).toEqual([`${registry.host} allows no more requests for now; trying again`])
})

test('a token that expires between two blobs is renewed', async () => {
  await using registry = await startFakeRegistry()
  await using service = await startFakeRegistry()
  let nowMs = 0
  const challenge = { 'www-authenticate': `Bearer realm="http://${service.host}/token",service="s"` }
  registry.once('POST ', status(401, challenge))
  for (const name of ['T1', 'T2'])
    service.once('/token', status(200, {}, JSON.stringify({ token: name, expires_in: 60 })))
  await using target = client(registry, { nowMs: () => nowMs })
  await target.uploadBlob(BLOB, contentOf(LAYER).open)
  nowMs = 100_000
  await target.uploadBlob({ digest: sha256('small'), sizeBytes: 5 }, contentOf(Buffer.from('small')).open)
  expect(registry.requests.map(({ authorization }) => authorization)).toEqual([
    undefined,
    'Bearer T1',
    'Bearer T1',
    'Bearer T2',
    'Bearer T2',
  ])
})

test('an identity token is exchanged by POST, and goes nowhere else', async () => {
  await using registry = await startFakeRegistry()
  const challenge = { 'www-authenticate': `Bearer realm="http://${registry.host}/token",service="s"` }
  const forms: string[] = []
  registry.once('POST /v2/', status(401, challenge))
  registry.once('POST /token', (request, response) => {
    request.on('data', (chunk: Buffer) => forms.push(chunk.toString()))
    request.on('end', () => response.writeHead(200).end('{"access_token":"T1"}'))
  })
  const identity = { username: '', password: '', identityToken: 'S3cret' }
  await using target = client(registry, { credentialsFor: () => identity })
  await target.uploadBlob(BLOB, contentOf(LAYER).open)
  expect(Object.fromEntries(new URLSearchParams(forms[0]))).toEqual({
    grant_type: 'refresh_token',
    service: 's',
    client_id: 'tspod',
    refresh_token: 'S3cret',
    scope: `repository:${FAKE_REPOSITORY}:pull,push`,
  })
  expect(registry.requests.map(({ authorization }) => authorization)).toEqual([
    undefined,
    undefined,
    'Bearer T1',
    'Bearer T1',
  ])
})

test('of an identity token that is refused only the refusal is shown', async () => {
  await using registry = await startFakeRegistry()
  const challenge = { 'www-authenticate': `Bearer realm="http://${registry.host}/token",service="s"` }
  registry.once('POST /v2/', status(401, challenge))
  registry.once('POST /token', status(307, { location: `http://${registry.host}/elsewhere` }))
  const identity = { username: '', password: '', identityToken: 'S3cret' }
  await using target = client(registry, { credentialsFor: () => identity })
  const failure = await target.uploadBlob(BLOB, contentOf(LAYER).open).catch((thrown) => thrown)
  expect(failure).toBeInstanceOf(TspodError)
  expect(failure.message).not.toContain('S3cret')
  expect(registry.requests).toHaveLength(2)
})
