import { createServer } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { openRegistry } from './client.ts'
import { MANIFEST } from './fake-image.ts'
import { startFakeRegistry } from './fake-registry.ts'

/** A proxy that tunnels (CONNECT) or passes on requests with a whole address, and lists the hosts it was asked for. */
async function startProxy() {
  const hosts: string[] = []
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '')
    hosts.push(url.host)
    const answer = await fetch(url)
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  server.on('connect', (request, client) => {
    hosts.push(request.url ?? '')
    const [host, port] = (request.url ?? '').split(':')
    const upstream = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
    upstream.pipe(client).pipe(upstream)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return {
    hosts,
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

test.for([
  ['', true],
  ['127.0.0.1', false],
] as const)('with NO_PROXY=%j the proxy is used: %s', async ([no, used]) => {
  await using proxy = await startProxy()
  await using registry = await startFakeRegistry()
  registry.put(MANIFEST, { tag: 'latest' })
  await using images = openRegistry([registry.endpoint], { userAgent: 'tspod/test', proxy: { http: proxy.url, no } })
  await images.fetchManifest({ tag: 'latest' })
  expect(proxy.hosts).toEqual(used ? [registry.host] : [])
})
