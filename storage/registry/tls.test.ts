import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRegistry } from './client.ts'
import type { Endpoint } from './endpoint.ts'
import { LAYER, MANIFEST } from './fake-image.ts'
import { closedPort, endpointOn, type FakeRegistry, sha256, startFakeRegistry, status } from './fake-registry.ts'
import type { RegistryOptions } from './registry-options.ts'

// For 127.0.0.1, signed by itself, good until 2126. It protects nothing.
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgftaf04D8dwfZbZCt
7/wlOr8EoqFUIz4wJAe/BU3ITE2hRANCAAST6/rfKJR6lVT2clJwmpV9DYbXZX5A
GXNWt8Evvp71Acc6t++4aNl6UzKT8OkOCUhNxW3MkKk94TgOerM0U3au
-----END PRIVATE KEY-----
`
const CERT = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUXYqG01Vw7CRmNsO+LGBr67YjOKcwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTEwMDIwNFoYDzIxMjYxMDI4
MTAwMjA0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAST6/rfKJR6lVT2clJwmpV9DYbXZX5AGXNWt8Evvp71Acc6t++4aNl6
UzKT8OkOCUhNxW3MkKk94TgOerM0U3auo28wbTAdBgNVHQ4EFgQUZyhxfm0li0Kn
Tam6NsO6ll0wSWMwHwYDVR0jBBgwFoAUZyhxfm0li0KnTam6NsO6ll0wSWMwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgEGdyQ20niY3FYbM2GquaRhnkt1C6aMpIvn4GCw2PG+4CIQCq
tVNId3FigZlc8UXU5vh3CGXzS5rYMG0wApZiJFw6lQ==
-----END CERTIFICATE-----
`
const SECURE = [{ scheme: 'https', verify: true }] as const
const INSECURE = [
  { scheme: 'https', verify: false },
  { scheme: 'http', verify: false },
] as const
const LATEST = { tag: 'latest' }
const BLOB = { digest: sha256(LAYER), sizeBytes: LAYER.length }

let directory: string
let caFile: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tspod-tls-'))
  caFile = join(directory, 'ca.crt')
  writeFileSync(caFile, CERT)
})
afterAll(() => rmSync(directory, { recursive: true }))

async function startTls(): Promise<FakeRegistry> {
  const registry = await startFakeRegistry({ tls: { key: KEY, cert: CERT } })
  registry.put(MANIFEST, { tag: 'latest' })
  return registry
}

function client(endpoint: Endpoint, options: Partial<RegistryOptions> = {}) {
  return openRegistry([endpoint], { userAgent: 'tspod/test', retry: { tries: 1 }, ...options })
}

test('a server is believed only with a certificate of a known authority', async () => {
  await using registry = await startTls()
  await using without = client(endpointOn(registry.host, SECURE))
  await expect(without.fetchManifest(LATEST)).rejects.toMatchObject({
    code: 'E_REGISTRY_UNREACHABLE',
    message: `could not reach registry ${registry.host}: its certificate is signed by nobody known`,
    hint: expect.stringContaining('--tls-verify=false'),
  })
  expect(registry.requests).toEqual([])
  await using withFile = client(endpointOn(registry.host, SECURE), { authorities: { file: caFile } })
  expect(await withFile.fetchManifest(LATEST)).toMatchObject({ digest: sha256(MANIFEST) })
})

test('a file of authorities that is none is named', async () => {
  await using images = client(endpointOn('127.0.0.1:1', SECURE), { authorities: { file: join(directory, 'none') } })
  await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({ code: 'E_BAD_CERTIFICATES' })
})

test('insecure: any certificate will do, and plain HTTP where there is no TLS', async () => {
  await using tls = await startTls()
  await using first = client(endpointOn(tls.host, INSECURE))
  expect(await first.fetchManifest(LATEST)).toMatchObject({ digest: sha256(MANIFEST) })

  await using plain = await startFakeRegistry()
  plain.put(MANIFEST, { tag: 'latest' })
  await using second = client(endpointOn(plain.host, INSECURE))
  expect(await second.fetchManifest(LATEST)).toMatchObject({ digest: sha256(MANIFEST) })
})

test('insecure, and nobody there: what TLS found is said', async () => {
  const host = await closedPort()
  await using images = client(endpointOn(host, INSECURE))
  await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({
    message: `could not reach registry ${host}: connection refused`,
  })
})

test('without insecure, plain HTTP is not tried', async () => {
  await using plain = await startFakeRegistry()
  await using images = client(endpointOn(plain.host, SECURE))
  await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({
    message: expect.stringContaining('does not speak TLS'),
    hint: expect.stringContaining('insecure = true'),
  })
  expect(plain.requests).toEqual([])
})

test('nothing leads from https to http: no redirect, no token service', async () => {
  await using registry = await startTls()
  await using plain = await startFakeRegistry()
  registry.once('/blobs/', status(307, { location: `http://${plain.host}/x` }))
  registry.once('/manifests/', status(401, { 'www-authenticate': `Bearer realm="http://${plain.host}/token"` }))
  await using images = client(endpointOn(registry.host, SECURE), {
    authorities: { file: caFile },
    credentialsFor: () => ({ username: 'a', password: 'b' }),
  })
  await expect(images.openBlob(BLOB)).rejects.toMatchObject({
    code: 'E_REGISTRY_PROTOCOL',
    message: expect.stringContaining('from https to http'),
  })
  await expect(images.fetchManifest(LATEST)).rejects.toMatchObject({
    code: 'E_REGISTRY_PROTOCOL',
    message: expect.stringContaining('without TLS'),
  })
  expect(plain.requests).toEqual([])
})

test('TLS goes through the tunnel of a proxy', async () => {
  await using registry = await startTls()
  const asked: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, client) => {
    asked.push(request.url ?? '')
    const [address, port] = registry.host.split(':')
    const upstream = connect(Number(port), address ?? '', () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
    upstream.pipe(client).pipe(upstream)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  const options = { proxy: { https: `http://127.0.0.1:${address.port}` } }
  await using images = client(endpointOn('registry.invalid:5000', INSECURE), options)
  expect(await images.fetchManifest(LATEST)).toMatchObject({ digest: sha256(MANIFEST) })
  await using verified = client(endpointOn('registry.invalid:5000', SECURE), {
    ...options,
    authorities: { file: caFile },
  })
  await expect(verified.fetchManifest(LATEST)).rejects.toMatchObject({
    message: expect.stringContaining('its certificate is for another name'),
  })
  expect(new Set(asked)).toEqual(new Set(['registry.invalid:5000']))
  proxy.closeAllConnections()
  proxy.close()
})
