import { describe, expect, test } from 'vitest'
import { openRegistry, type RegistryClient } from './client.ts'
import { LAYER, MANIFEST } from './fake-image.ts'
import {
  FAKE_REPOSITORY,
  type FakeRegistry,
  type Misbehaviour,
  sha256,
  startFakeRegistry,
  status,
} from './fake-registry.ts'
import type { RegistryOptions } from './registry-options.ts'

const BLOB = { digest: sha256(LAYER), sizeBytes: LAYER.length }
const LATEST = { tag: 'latest' }
const LOGIN = { username: 'me', password: 'S3cret' }
const BASIC = `Basic ${Buffer.from('me:S3cret').toString('base64')}`

async function startWithImage(): Promise<FakeRegistry> {
  const registry = await startFakeRegistry()
  registry.put(MANIFEST, { tag: 'latest' })
  registry.put(LAYER)
  return registry
}

function client(registry: FakeRegistry, options: Partial<RegistryOptions> = {}): RegistryClient {
  return openRegistry([registry.endpoint], { userAgent: 'tspod/test', retry: { firstDelayMs: 1 }, ...options })
}

/** 401 with a token service on `host`. */
function challenge(host: string): Misbehaviour {
  return status(401, { 'www-authenticate': `Bearer realm="http://${host}/token?account=x",service="the registry"` })
}

function token(name: string, more: object = {}): Misbehaviour {
  return status(200, { 'content-type': 'application/json' }, JSON.stringify({ token: name, ...more }))
}

const sent = (registry: FakeRegistry) =>
  registry.requests.map(({ line, authorization }) => `${line.split('/').at(-1)} ${authorization}`)

describe('a bearer token', () => {
  test('is fetched once for one repository, and used for every request', async () => {
    await using registry = await startWithImage()
    await using service = await startFakeRegistry()
    registry.once('/manifests/', challenge(service.host))
    service.once('/token', token('T1'))
    await using images = client(registry)
    await images.fetchManifest(LATEST)
    await images.openBlob(BLOB)
    expect(sent(registry)).toEqual(['latest undefined', 'latest Bearer T1', `${BLOB.digest} Bearer T1`])
    const scope = `scope=${encodeURIComponent(`repository:${FAKE_REPOSITORY}:pull`)}`
    expect(service.requests.map(({ line }) => line)).toEqual([`GET /token?account=x&service=the+registry&${scope}`])
    expect(service.requests[0]?.authorization).toBeUndefined()
  })

  test('is fetched once for several requests at the same time', async () => {
    await using registry = await startWithImage()
    registry.once('/blobs/', challenge(registry.host), 3)
    registry.once('/token', token('T1'), 3)
    await using images = client(registry)
    await Promise.all([1, 2, 3].map(() => images.openBlob(BLOB)))
    expect(registry.requests.filter(({ line }) => line.includes('/token'))).toHaveLength(1)
  })

  test('is renewed when it has expired, and when it is refused', async () => {
    await using registry = await startWithImage()
    await using service = await startFakeRegistry()
    let nowMs = 0
    registry.once('/manifests/', challenge(service.host))
    service.once('/token', token('T1', { expires_in: 300 }))
    service.once('/token', status(200, {}, JSON.stringify({ access_token: 'T2' })))
    service.once('/token', token('T3'))
    await using images = client(registry, { nowMs: () => nowMs })
    await images.fetchManifest(LATEST)
    nowMs = 290_000
    await images.fetchManifest(LATEST)
    nowMs = 299_000
    await images.fetchManifest(LATEST)
    registry.once('/manifests/', challenge(service.host))
    await images.fetchManifest(LATEST)
    expect(sent(registry)).toEqual([
      'latest undefined',
      'latest Bearer T1',
      'latest Bearer T1',
      'latest Bearer T2',
      'latest Bearer T2',
      'latest Bearer T3',
    ])
  })

  test('is asked for with the login, which then goes nowhere else', async () => {
    await using registry = await startWithImage()
    await using service = await startFakeRegistry()
    registry.once('/manifests/', challenge(service.host))
    service.once('/token', token('T1'))
    const asked: string[] = []
    await using images = client(registry, {
      credentialsFor: (host, path) => {
        asked.push(`${host} ${path}`)
        return LOGIN
      },
    })
    await images.fetchManifest(LATEST)
    expect(service.requests[0]?.authorization).toBe(BASIC)
    expect(sent(registry)).toEqual(['latest undefined', 'latest Bearer T1'])
    expect(asked).toEqual([`${registry.host} ${FAKE_REPOSITORY}`])
  })

  test('is not believed to be one when it is not', async () => {
    await using registry = await startWithImage()
    const answers = ['{"token":"a\\r\\nb: c"}', '{"token":1}', '{}', '[', ' '.repeat((1 << 20) + 1)]
    await using images = client(registry)
    for (const answer of answers) {
      registry.once('/manifests/', challenge(registry.host))
      registry.once('/token', status(200, {}, answer))
      await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({ code: 'E_REGISTRY_PROTOCOL' })
    }
  })

  test.for(['ftp://x/token', 'not an address', ''])('is not fetched from %j', async (realm) => {
    await using registry = await startWithImage()
    registry.once('/manifests/', status(401, { 'www-authenticate': `Bearer realm="${realm}"` }))
    await using images = client(registry)
    await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({ code: 'E_REGISTRY_PROTOCOL' })
  })
})

test('who looks for a login hears whether it is for a mirror', async () => {
  await using mirror = await startWithImage()
  await using registry = await startWithImage()
  for (const one of [mirror, registry]) {
    one.once('/manifests/', status(401, { 'www-authenticate': 'Basic realm="x"' }))
  }
  const endpoints = [{ ...mirror.endpoint, isMirror: true }, registry.endpoint]
  await using images = openRegistry(endpoints, {
    userAgent: 'tspod/test',
    credentialsFor: (_registry, _path, { isMirror }) => (isMirror ? undefined : LOGIN),
  })
  await images.fetchManifest(LATEST)
  expect(sent(mirror)).toEqual(['latest undefined'])
  expect(sent(registry)).toEqual(['latest undefined', `latest ${BASIC}`])
})

describe('a refusal', () => {
  test('says how to log in', async () => {
    await using registry = await startWithImage()
    registry.once('/manifests/', status(401, { 'www-authenticate': 'Basic realm="x"' }))
    await using images = client(registry)
    await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({
      code: 'E_REGISTRY_AUTH',
      hint: expect.stringContaining(`tspod login ${registry.host}`),
    })
    expect(registry.requests).toHaveLength(1)
  })

  test('ends the matter after one answer, without the secret in the error', async () => {
    await using registry = await startWithImage()
    await using images = client(registry, { credentialsFor: () => LOGIN })
    registry.once('/manifests/', status(401, { 'www-authenticate': 'Basic realm="x"' }), 9)
    const failure = await images.fetchManifest(LATEST).catch((thrown) => thrown)
    expect(failure).toMatchObject({ code: 'E_REGISTRY_AUTH' })
    expect(`${failure.message} ${failure.hint}`).not.toMatch(/S3cret|Basic/)
    expect(sent(registry)).toEqual(['latest undefined', `latest ${BASIC}`])
  })

  test('by the token service is one too', async () => {
    await using registry = await startWithImage()
    registry.once('/manifests/', challenge(registry.host))
    registry.once('/token', status(401))
    await using images = client(registry, { credentialsFor: () => LOGIN })
    await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({
      code: 'E_REGISTRY_AUTH',
      message: expect.stringContaining('the login was not accepted'),
    })
  })
})

describe('a redirect', () => {
  const to = (location: string): Misbehaviour => status(307, { location })

  test('to another server is followed without the token', async () => {
    await using registry = await startWithImage()
    await using cdn = await startFakeRegistry()
    cdn.put(LAYER)
    registry.once('/blobs/', challenge(registry.host))
    registry.once('/token', token('T1'))
    registry.once('/blobs/', to(`http://user:pass@${cdn.host}/v2/x/blobs/${BLOB.digest}`))
    await using images = client(registry)
    await images.openBlob(BLOB)
    expect(sent(registry).at(-1)).toBe(`${BLOB.digest} Bearer T1`)
    expect(sent(cdn)).toEqual([`${BLOB.digest} undefined`])
  })

  test('that leads away and back does not get the token again', async () => {
    await using registry = await startWithImage()
    await using other = await startFakeRegistry()
    registry.once('/blobs/', challenge(registry.host))
    registry.once('/token', token('T1'))
    registry.once('/blobs/', to(`http://${other.host}/a`))
    other.once('/a', to(`http://${registry.host}/v2/x/blobs/${BLOB.digest}`))
    await using images = client(registry)
    await images.openBlob(BLOB)
    expect(sent(registry).at(-1)).toBe(`${BLOB.digest} undefined`)
  })

  test('on the same server keeps it', async () => {
    await using registry = await startWithImage()
    registry.once('/blobs/', challenge(registry.host))
    registry.once('/token', token('T1'))
    registry.once('/blobs/', to(`/v2/elsewhere/${BLOB.digest}`))
    await using images = client(registry)
    await images.openBlob(BLOB)
    expect(sent(registry).at(-1)).toBe(`${BLOB.digest} Bearer T1`)
  })

  test('to a server that asks for a login does not get one', async () => {
    await using registry = await startWithImage()
    await using other = await startFakeRegistry()
    registry.once('/blobs/', to(`http://${other.host}/a`))
    other.once('/a', challenge(other.host), 9)
    await using images = client(registry, { credentialsFor: () => LOGIN })
    await expect(images.openBlob(BLOB)).rejects.toMatchObject({ code: 'E_REGISTRY_AUTH' })
    expect(sent(other)).toEqual(['a undefined'])
  })

  test('too many, or to no web address, are refused without showing the address', async () => {
    await using registry = await startWithImage()
    registry.once('/blobs/', (request, response) => to(`${request.url}?secret`)(request, response), 11)
    registry.once('/blobs/', to('file:///etc/shadow'))
    registry.once('/blobs/', to('http://[secret'))
    await using images = client(registry)
    for (const words of [/more than 10 times/, /of the kind file:/, /not an address/]) {
      const failure = await images.openBlob(BLOB).catch((thrown) => thrown)
      expect(failure).toMatchObject({ code: 'E_REGISTRY_PROTOCOL', message: expect.stringMatching(words) })
      expect(failure.message).not.toContain('secret')
    }
  })
})
