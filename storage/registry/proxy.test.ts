import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { openRegistry } from './client.ts'
import { MANIFEST } from './fake-image.ts'
import { endpointOn, startFakeRegistry } from './fake-registry.ts'
import { proxyFor } from './proxy.ts'

/** A proxy that has but one host behind it, whatever it is asked for, or one answer. */
async function startProxy(behind: string, refusal?: number) {
  const hosts: string[] = []
  const logins: (string | undefined)[] = []
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '')
    hosts.push(url.host)
    logins.push(request.headers['proxy-authorization'])
    const answer = await fetch(`http://${behind}${url.pathname}`)
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  server.on('connect', (request, client) => {
    hosts.push(request.url ?? '')
    client.end(`HTTP/1.1 ${refusal} Refused\r\n\r\n`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return {
    hosts,
    logins,
    url: `http://me:S3cret@127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

test('a registry only the proxy can find is asked through it', async () => {
  await using registry = await startFakeRegistry()
  await using proxy = await startProxy(registry.host)
  registry.put(MANIFEST, { tag: 'latest' })
  const endpoint = endpointOn('registry.invalid', [{ scheme: 'http', verify: false }])
  await using images = openRegistry([endpoint], { userAgent: 'tspod/test', proxy: { http: proxy.url } })
  await images.fetchManifest({ tag: 'latest' })
  expect(proxy.hosts).toEqual(['registry.invalid'])
  expect(proxy.logins).toEqual([`Basic ${Buffer.from('me:S3cret').toString('base64')}`])
})

test('what the proxy does instead is said, without its password', async () => {
  await using proxy = await startProxy('127.0.0.1:1', 407)
  const endpoint = endpointOn('registry.invalid', [{ scheme: 'https', verify: true }])
  await using images = openRegistry([endpoint], { userAgent: 'x', proxy: { https: proxy.url }, retry: { tries: 1 } })
  const failure = await images.fetchManifest({ tag: 'latest' }).catch((thrown) => thrown)
  expect(failure).toMatchObject({
    code: 'E_REGISTRY_UNREACHABLE',
    message: `could not reach registry registry.invalid through the proxy ${new URL(proxy.url).host}: the proxy wants a login`,
    hint: expect.stringContaining('$NO_PROXY'),
  })
})

// biome-ignore format: a table
test.for([
  ['https://quay.io',          'http://p:3128', '',                    'p:3128'],
  ['https://quay.io',          'p:3128',        '',                    'p:3128'],
  ['https://quay.io',          'socks5://p:1',  '',                    'p:1'],
  ['https://quay.io',          '',              '',                    undefined],
  ['https://quay.io',          'http://p:3128', '*',                   undefined],
  ['https://quay.io',          'http://p:3128', 'a.b, QUAY.io ,c',     undefined],
  ['https://cdn.quay.io',      'http://p:3128', 'quay.io',             undefined],
  ['https://cdn.quay.io',      'http://p:3128', '*.quay.io',           undefined],
  ['https://quay.io',          'http://p:3128', '.quay.io',            'p:3128'],
  ['https://notquay.io',       'http://p:3128', 'quay.io',             'p:3128'],
  ['https://quay.io',          'http://p:3128', 'quay.io:443',         undefined],
  ['https://quay.io:5000',     'http://p:3128', 'quay.io:443',         'p:3128'],
  ['https://10.1.2.3:5000',    'http://p:3128', '10.0.0.0/8',          undefined],
  ['https://11.1.2.3:5000',    'http://p:3128', '10.0.0.0/8',          'p:3128'],
  ['https://10.1.2.3:5000',    'http://p:3128', '10.1.2.3',            undefined],
  ['https://[2001:db8::1]:50', 'http://p:3128', '2001:db8::/32',       undefined],
  ['https://[2001:db8::1]:50', 'http://p:3128', '[2001:db8::1]:50',    undefined],
  ['https://quay.io',          'http://p:3128', 'x/99,/,:,[,1.2.3.4/x', 'p:3128'],
  ['https://localhost:5000',   'http://p:3128', '',                    undefined],
  ['https://127.0.0.9:5000',   'http://p:3128', '',                    undefined],
  ['https://[::1]:5000',       'http://p:3128', '',                    undefined],
] as const)('to %s with HTTPS_PROXY=%s NO_PROXY=%s by %s', ([url, https, no, expected]) => {
  expect(proxyFor(new URL(url), { https, no })?.host).toBe(expected)
  expect(proxyFor(new URL(url.replace('https', 'http')), { https, no })).toBeUndefined()
})

test.for(['ftp://x', 'http://', 'http://me:S3cret@[', '::'])('%s is no proxy, and not shown', (https) => {
  const attempt = () => proxyFor(new URL('https://quay.io'), { https })
  expect(attempt).toThrow(expect.objectContaining({ code: 'E_BAD_PROXY' }))
  expect(attempt).not.toThrow(/S3cret/)
})
