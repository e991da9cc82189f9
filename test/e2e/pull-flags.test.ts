import { rmSync } from 'node:fs'
import { createServer, request as httpRequest, type Server } from 'node:http'
import { join } from 'node:path'
import { inject } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import { startFront } from '../support/front.ts'
import { registriesEnv } from '../support/registries-conf.ts'
import { push, pushIndex } from '../support/registry.ts'
import { imageOf, tarOf } from '../support/tar-image.ts'

const REGISTRY = inject('registry')

test('an unchanged tag is asked for by HEAD and not fetched, unless something of it is lost', async ({
  tspod,
  directory,
}) => {
  const image = imageOf([await tarOf([{ name: 'same' }])])
  await push(REGISTRY, 'flags/same', 'latest', image)
  await using front = await startFront(REGISTRY)
  const env = registriesEnv(directory, [front.host])
  const name = `${front.host}/flags/same`
  const pull = async () => {
    front.requests.length = 0
    const result = await tspod.with({ env }, 'pull', '-q', name)
    expect(result).toMatchObject({ exitCode: 0, stderr: '' })
    return front.requests.map((line) => line.replace(/ .*\/(manifests|blobs)\//, ' $1 '))
  }
  expect(await pull()).toHaveLength(3)
  expect(await pull()).toEqual(['HEAD manifests latest'])
  await tspod('tag', name, `${front.host}/flags/moved`)
  await push(REGISTRY, 'flags/same', 'latest', imageOf([await tarOf([{ name: 'changed' }])]))
  expect(await pull()).toHaveLength(4)
  await push(REGISTRY, 'flags/same', 'latest', image)
  expect(await pull()).toEqual(['HEAD manifests latest'])
  expect((await tspod('image', 'inspect', '--format', '{{.Id}}', name)).stdout).toContain(image.config.digest.slice(7))
  const [layer] = image.layers
  rmSync(join(tspod.root, 'blobs/sha256', layer?.digest.slice(7) ?? ''))
  expect(await pull()).toEqual(['HEAD manifests latest', 'GET manifests latest', `GET blobs ${layer?.digest}`])
})

test('--all-tags fetches every tag that is an image', async ({ tspod, directory }) => {
  const images = await Promise.all(['one', 'two'].map(async (name) => imageOf([await tarOf([{ name }])])))
  for (const [index, image] of images.entries()) await push(REGISTRY, 'flags/all', `v${index}`, image)
  const env = registriesEnv(directory, [REGISTRY])
  const pulled = await tspod.with({ env }, 'pull', '-q', '--all-tags', `${REGISTRY}/flags/all`)
  const ids = images.map(({ config }) => config.digest.slice(7))
  expect(pulled).toMatchObject({ exitCode: 0, stderr: '' })
  expect(pulled.stdout.trim().split('\n').sort()).toEqual(ids.sort())
  const names = await tspod('images', '--format', '{{.Tag}}', `${REGISTRY}/flags/all`)
  expect(names.stdout.trim().split('\n').sort()).toEqual(['v0', 'v1'])
  expect(await tspod('pull', '-a', `${REGISTRY}/flags/all:v0`)).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/E_BAD_REFERENCE/),
  })
})

test('--arch, --os and --variant choose of an index, for run too', async ({ tspod, directory }) => {
  const tar = await tarOf([{ name: 'x' }])
  const platforms = [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm', variant: 'v6' },
    { os: 'linux', architecture: 'arm', variant: 'v7' },
    { os: 'plan9', architecture: '386' },
  ]
  const images = platforms.map((platform) => ({
    image: imageOf([tar], { architecture: platform.architecture, config: { User: JSON.stringify(platform) } }),
    platform,
  }))
  await pushIndex(REGISTRY, { repository: 'flags/arch', tag: 'latest' }, images)
  const env = registriesEnv(directory, [REGISTRY])
  const name = `${REGISTRY}/flags/arch`
  const chosen = async (...flags: string[]) => {
    const pulled = await tspod.with({ env }, 'pull', '-q', ...flags, name)
    expect(pulled.exitCode, pulled.stderr).toBe(0)
    return JSON.parse((await tspod('image', 'inspect', '--format', '{{.Config.User}}', name)).stdout)
  }
  expect(await chosen('--arch=arm')).toEqual(platforms[2])
  expect(await chosen('--arch=arm', '--variant=v6')).toEqual(platforms[1])
  expect(await chosen('--arch=arm')).toEqual(platforms[2])
  expect(await chosen('--os=plan9', '--arch=386')).toEqual(platforms[3])
  expect(await chosen('--platform=linux/amd64')).toEqual(platforms[0])
  const both = await tspod.with({ env }, 'pull', '--platform=linux/arm', '--arch=arm', name)
  expect(both).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/\[E_BAD_PLATFORM\]/) })
  const run = await tspod.with({ env }, 'run', '--rm', '-q', '--pull=never', '--arch=arm', name, '/x')
  expect(run).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/not for linux\/arm\/v7 \[E_NO_PLATFORM\]/),
  })
})

test('--retry and --retry-delay say how often and how soon', async ({ tspod, directory }) => {
  await using front = await startFront(REGISTRY, {
    instead: (_request, response) => Boolean(response.writeHead(503).end()),
  })
  const env = registriesEnv(directory, [front.host])
  const pull = (...flags: string[]) => tspod.with({ env }, 'pull', '-q', ...flags, `${front.host}/flags/none`)
  const started = performance.now()
  const failed = await pull('--retry=4', '--retry-delay=10ms')
  expect(failed).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/(trying again\n){1}error: .*\[E_REGISTRY_ERROR\]\n/),
  })
  expect(front.requests).toHaveLength(5)
  expect(performance.now() - started).toBeLessThan(7500) // what four pauses take unasked
  front.requests.length = 0
  await pull('--retry=0')
  expect(front.requests).toHaveLength(1)
  expect(await pull('--retry-delay=soon')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/\[E_BAD_FLAG\]/),
  })
})

test('the proxies of the environment are gone through, but for what $NO_PROXY has', async ({ tspod, directory }) => {
  await push(REGISTRY, 'flags/proxy', 'latest', imageOf([await tarOf([{ name: 'proxied' }])]))
  await using proxy = await startProxy()
  const env = registriesEnv(directory, ['registry.invalid'])
  const pull = (more: Record<string, string>) =>
    tspod.with(
      { env: { ...env, ...more } },
      'pull',
      '-q',
      '--retry=0',
      '--tls-verify=false',
      'registry.invalid/flags/proxy',
    )
  expect(await pull({ http_proxy: proxy.url, HTTPS_PROXY: proxy.url })).toMatchObject({ exitCode: 0, stderr: '' })
  expect(proxy.asked[0]).toBe('CONNECT registry.invalid:443')
  expect(proxy.asked).toContain('GET http://registry.invalid/v2/flags/proxy/manifests/latest')
  await tspod('rmi', 'registry.invalid/flags/proxy')
  expect(await pull({ ALL_PROXY: proxy.url })).toMatchObject({ exitCode: 0, stderr: '' })
  proxy.asked.length = 0
  const direct = await pull({ ALL_PROXY: proxy.url, NO_PROXY: '.invalid' })
  expect(direct).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/could not reach registry registry\.invalid: /),
  })
  expect(proxy.asked).toEqual([])
  const secret = await pull({ ALL_PROXY: 'http://me:S3cret@127.0.0.1:1' })
  expect(secret).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/through the proxy 127\.0\.0\.1:1: connection refused/),
  })
  expect(secret.stderr).not.toContain('S3cret')
})

/** Passes on what it is asked for, wherever that is, to the registry of the tests; tunnels nothing. */
async function startProxy() {
  const asked: string[] = []
  const server: Server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    const { pathname, search } = new URL(incoming.url ?? '')
    const { method = 'GET', headers } = incoming
    const onward = httpRequest(`http://${REGISTRY}${pathname}${search}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.end()
  })
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`)
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return {
    asked,
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
