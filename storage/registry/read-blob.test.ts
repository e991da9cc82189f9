import { expect, test } from 'vitest'
import { openRegistry } from './client.ts'
import { LAYER } from './fake-image.ts'
import { type FakeRegistry, type Misbehaviour, sha256, startFakeRegistry } from './fake-registry.ts'
import { readBlob } from './read-blob.ts'

const BLOB = { digest: sha256(LAYER), sizeBytes: LAYER.length }

/** Announces the whole blob and hangs up after `bytes` of it. */
function cutAfter(bytes: number): Misbehaviour {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': LAYER.length })
    response.write(LAYER.subarray(0, bytes), () => response.socket?.end())
  }
}

async function read(registry: FakeRegistry, options: { offset?: number } = {}) {
  await using client = openRegistry([registry.endpoint], { userAgent: 'tspod/test', retry: { firstDelayMs: 1 } })
  const chunks: Uint8Array[] = []
  const notices: string[] = []
  const retry = { firstDelayMs: 1 }
  for await (const chunk of readBlob(client, BLOB, { ...options, retry, onNotice: (notice) => notices.push(notice) }))
    chunks.push(chunk)
  return { bytes: Buffer.concat(chunks), notices }
}

test.for([false, true])('goes on where it was interrupted (Range ignored: %s)', async (ignoreRange) => {
  await using registry = await startFakeRegistry({ ignoreRange })
  registry.put(LAYER)
  registry.once('/blobs/', cutAfter(100_000))
  const { bytes, notices } = await read(registry)
  expect(bytes.equals(LAYER)).toBe(true)
  expect(notices).toEqual([expect.stringMatching(/; trying again$/)])
  expect(registry.requests).toHaveLength(2)
  expect(registry.requests[1]?.range).toMatch(/^bytes=[0-9]+-$/)
})

test('starts at an offset', async () => {
  await using registry = await startFakeRegistry({ ignoreRange: true })
  registry.put(LAYER)
  expect((await read(registry, { offset: 250_001 })).bytes.equals(LAYER.subarray(250_001))).toBe(true)
})

test('gives up when it comes no further', async () => {
  await using registry = await startFakeRegistry()
  registry.once('/blobs/', cutAfter(0), 9)
  await expect(read(registry)).rejects.toMatchObject({ code: 'E_REGISTRY_UNREACHABLE' })
  expect(registry.requests).toHaveLength(3)
})
