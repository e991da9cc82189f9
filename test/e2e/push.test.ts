import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { inject } from 'vitest'
import { runChild } from '../../base/child.ts'
import { expect, test } from '../support/fixtures.ts'
import { type Front, type FrontOptions, startFront } from '../support/front.ts'
import { registriesEnv } from '../support/registries-conf.ts'
import { push as pushToRegistry } from '../support/registry.ts'
import { type BuiltImage, digestOf, imageOf, type TarEntry, tarOf } from '../support/tar-image.ts'
import { TSPOD, type Tspod } from '../support/tspod.ts'

const REGISTRY = inject('registry')

test('the file for the digest may be a pipe or a link', async ({ tspod, directory }) => {
  const { image, name } = await pulled(tspod, 'push/digestfile')
  const digest = image.manifest.digest
  const toStdout = await tspod('push', '-q', '--digestfile', '/dev/fd/3', name, 'oci:a')
  expect(toStdout).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('E_NO_DIGEST_FILE') })
  const piped = `"$@" --digestfile /dev/stdout ${name} oci:b | cat`
  const argv = [TSPOD, '--root', tspod.root, '--runroot', tspod.runroot, 'push', '-q']
  expect(runChild('sh', ['-c', piped, 'sh', ...argv], { cwd: directory })?.stdout).toBe(digest)
  symlinkSync('real', join(directory, 'link'))
  expect(await tspod('push', '-q', '--digestfile', 'link', name, 'oci:c')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(readFileSync(join(directory, 'real'), 'utf8')).toBe(digest)
})

test.for(['oci', 'docker'] as const)(
  'an image in the %s format goes back byte for byte, and is not sent twice',
  async (format, { tspod, directory }) => {
    const { image, name } = await pulled(tspod, `push/${format}`, { format })
    await using front = await startFront(REGISTRY)
    const env = registriesEnv(directory, [front.host])
    const destination = `${front.host}/copies/${format}:v1`
    const digestfile = join(directory, 'digest')
    const first = await tspod.with({ env }, 'push', '--digestfile', digestfile, name, destination)
    expect(first).toMatchObject({ exitCode: 0, stdout: '' })
    expect(first.stderr.trimEnd().split('\n')).toEqual([
      `Pushing ${destination}`,
      ...Array(3).fill(expect.stringMatching(/^sha256:[0-9a-f]{12} uploaded /)),
    ])
    expect(readFileSync(digestfile, 'utf8')).toBe(image.manifest.digest)
    await expectThere(`copies/${format}`, 'v1', image)
    expect(uploads(front)).toBe(3)

    const second = await tspod.with({ env }, 'push', name, destination)
    expect(second.stderr).toMatch(/(sha256:\S+ already there\n){3}/)
    expect(await tspod.with({ env }, 'push', '-q', name, destination)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect(uploads(front)).toBe(3)
  },
)

test('what another repository of the registry has is mounted, not sent', async ({ tspod, directory }) => {
  const image = await someImage('mount')
  await pushToRegistry(REGISTRY, 'push/base', 'latest', image)
  await using front = await startFront(REGISTRY)
  const env = registriesEnv(directory, [front.host])
  await tspod.with({ env }, 'pull', '-q', `${front.host}/push/base`)
  const pushed = await tspod.with({ env }, 'push', `${front.host}/push/base`, `${front.host}/push/derived:v2`)
  expect(pushed.exitCode, pushed.stderr).toBe(0)
  await expectThere('push/derived', 'v2', image)
  const posts = front.requests.filter((line) => line.startsWith('POST'))
  expect(posts).toHaveLength(3)
  for (const post of posts) expect(post).toMatch(/\/push\/derived\/blobs\/uploads\/\?mount=sha256.*&from=push%2Fbase$/)
  expect(uploads(front)).toBe(0)
})

test('an image that was pushed is known to be current when it is pulled again', async ({ tspod, directory }) => {
  const { name } = await pulled(tspod, 'push/known')
  await using front = await startFront(REGISTRY)
  const env = registriesEnv(directory, [front.host])
  await tspod.with({ env }, 'push', '-q', name, `${front.host}/copies/known:v1`)
  await tspod.with({ env }, 'tag', name, `${front.host}/copies/known:v1`)
  front.requests.length = 0
  expect(await tspod.with({ env }, 'pull', '-q', `${front.host}/copies/known:v1`)).toMatchObject({
    exitCode: 0,
    stderr: '',
  })
  expect(front.requests).toEqual(['HEAD /v2/copies/known/manifests/v1'])
})

test('all tags of a repository go at once', async ({ tspod, directory }) => {
  const { image, name } = await pulled(tspod, 'push/tags')
  const repository = `${REGISTRY}/copies/tags`
  for (const tag of ['v1', 'v2']) await tspod('tag', name, `${repository}:${tag}`)
  await tspod('tag', name, `${REGISTRY}/copies/tags-not:v3`)
  const env = registriesEnv(directory, [REGISTRY])
  const pushed = await tspod.with({ env }, 'push', '-q', '--all-tags', repository)
  expect(pushed).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  for (const tag of ['v1', 'v2']) await expectThere('copies/tags', tag, image)
  expect((await fetch(`http://${REGISTRY}/v2/copies/tags-not/manifests/v3`)).status).toBe(404)
  expect(await tspod('push', '-a', `${repository}:v1`)).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/E_BAD_REFERENCE/),
  })
})

test('an upload that breaks goes on where it was', async ({ tspod, directory }) => {
  const big = Buffer.alloc(3 << 20, 'broken upload')
  const { image, name } = await pulled(tspod, 'push/broken', { entry: { name: 'big', content: big } })
  const layer = image.layers.find(({ bytes }) => bytes.length > 1 << 20)
  const received = 1 << 20
  const state: { goesOnAt?: Promise<string> } = {}
  const ranges: (string | undefined)[] = []
  // docker-registry cannot say how far an upload came that broke: the front says it.
  const instead: FrontOptions['instead'] = (incoming, response) => {
    const { method, headers } = incoming
    if (method === 'PATCH') ranges.push(headers['content-range'])
    if (method === 'PUT' && !state.goesOnAt && Number(headers['content-length']) > received) {
      state.goesOnAt = passOnPart(incoming, received)
      void state.goesOnAt.then(() => response.destroy())
      return true
    }
    if (method !== 'GET' || !incoming.url?.includes('/blobs/uploads/')) return false
    void state.goesOnAt?.then((location) => response.writeHead(204, { location, range: `0-${received - 1}` }).end())
    return true
  }
  await using front = await startFront(REGISTRY, { instead })
  const env = registriesEnv(directory, [front.host])
  const pushed = await tspod.with({ env }, 'push', '-q', name, `${front.host}/copies/broken`)
  expect(pushed.exitCode, pushed.stderr).toBe(0)
  expect(pushed.stderr).toMatch(/^could not reach registry .*; trying again\n$/)
  expect(ranges).toEqual([`${received}-${(layer?.bytes.length ?? 0) - 1}`])
  await expectThere('copies/broken', 'latest', image)
})

test('a registry that wants a pause gets it, and the user one line', async ({ tspod, directory }) => {
  const { image, name } = await pulled(tspod, 'push/slow')
  const times: number[] = []
  const instead: FrontOptions['instead'] = ({ method, url }, response) => {
    if (method !== 'PUT' || !url?.includes('/manifests/')) return false
    times.push(performance.now())
    if (times.length > 1) return false
    response.writeHead(429, { 'retry-after': '1' }).end()
    return true
  }
  await using front = await startFront(REGISTRY, { instead })
  const env = registriesEnv(directory, [front.host])
  const pushed = await tspod.with({ env }, 'push', '-q', name, `${front.host}/copies/slow`)
  expect(pushed).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: `${front.host} allows no more requests for now; trying again in 1 s\n`,
  })
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(990)
  await expectThere('copies/slow', 'latest', image)
})

test('--format and --compression-format make another manifest of the same files', async ({ tspod, directory }) => {
  const { name } = await pulled(tspod, 'push/converted')
  const env = registriesEnv(directory, [REGISTRY])
  const pushedAs = async (tag: string, ...flags: string[]) => {
    const digestfile = join(directory, tag)
    const flagged = ['push', '-q', `--digestfile=${digestfile}`, ...flags, name, `${REGISTRY}/copies/converted:${tag}`]
    const { exitCode, stderr } = await tspod.with({ env }, ...flagged)
    expect(exitCode, stderr).toBe(0)
    const inspect = ['inspect', '--raw', '--tls-verify=false', `docker://${REGISTRY}/copies/converted:${tag}`]
    const raw = runChild('skopeo', inspect)?.stdout ?? ''
    expect(readFileSync(digestfile, 'utf8')).toBe(digestOf(Buffer.from(raw)))
    const { mediaType, layers } = JSON.parse(raw)
    return [mediaType, ...layers.map((layer: { mediaType: string }) => layer.mediaType)].map(
      (type: string) => /[^.]*\.v2\+json|manifest\.v1\+json|tar.*/.exec(type)?.[0],
    )
  }
  expect(await pushedAs('docker', '--format=docker')).toEqual([
    'manifest.v2+json',
    expect.stringMatching(/^tar/),
    'tar.gzip',
  ])
  expect(await pushedAs('gzip', '--compression-format=gzip')).toEqual(['manifest.v1+json', 'tar+gzip', 'tar+gzip'])
  expect(await pushedAs('some-zstd', '--compression-format=zstd')).toEqual(['manifest.v1+json', 'tar+zstd', 'tar+gzip'])
  const zstd = ['--compression-format=zstd', '--compression-level=19', '--force-compression']
  expect(await pushedAs('zstd', ...zstd)).toEqual(['manifest.v1+json', 'tar+zstd', 'tar+zstd'])
  await tspod('rmi', name)
  const run = ['run', '--rm', '-q', '--network=none', `${REGISTRY}/copies/converted:zstd`, '/nothing']
  expect(await tspod.with({ env }, ...run)).toMatchObject({ exitCode: 127 })
})

test('skopeo reads what we push, and we what skopeo pushes', async ({ tspod, directory }) => {
  const { image, name } = await pulled(tspod, 'push/interop')
  const env = registriesEnv(directory, [REGISTRY])
  await tspod.with({ env }, 'push', '-q', name, `${REGISTRY}/copies/interop:ours`)
  const skopeo = (...argv: string[]) => {
    const result = runChild('skopeo', argv)
    expect(result?.exitCode, result?.stderr).toBe(0)
    return result?.stdout ?? ''
  }
  const inspected = skopeo('inspect', '--tls-verify=false', `docker://${REGISTRY}/copies/interop:ours`)
  expect(JSON.parse(inspected)).toMatchObject({ Digest: image.manifest.digest, Architecture: expect.any(String) })
  const [theirs, layout] = [`docker://${REGISTRY}/copies/interop:theirs`, `oci:${directory}/layout:x`]
  skopeo('copy', '-q', '--src-tls-verify=false', `docker://${REGISTRY}/copies/interop:ours`, layout)
  skopeo('copy', '-q', '--dest-tls-verify=false', layout, theirs)
  const pulledBack = await tspod.with({ env }, 'pull', '-q', `${REGISTRY}/copies/interop:theirs`)
  expect(pulledBack).toEqual({ exitCode: 0, stdout: `${image.config.digest.slice('sha256:'.length)}\n`, stderr: '' })
})

test('a manifest list goes with its images', async ({ tspod, directory }) => {
  const { name, image } = await pulled(tspod, 'push/listed')
  const env = registriesEnv(directory, [REGISTRY])
  for (const argv of [
    ['create', 'both'],
    ['add', 'both', `containers-storage:${name}`],
  ]) {
    const made = await tspod('manifest', ...argv)
    expect(made.exitCode, made.stderr).toBe(0)
  }
  const pushed = await tspod.with({ env }, 'push', '-q', 'both', `${REGISTRY}/copies/both:v1`)
  expect(pushed.exitCode, pushed.stderr).toBe(0)
  await expectThere('copies/both', image.manifest.digest, image)
  const index = await fetch(`http://${REGISTRY}/v2/copies/both/manifests/v1`, {
    headers: { accept: 'application/vnd.oci.image.index.v1+json' },
  })
  expect(((await index.json()) as { manifests: unknown[] }).manifests).toMatchObject([
    { digest: image.manifest.digest },
  ])
})

test('what cannot be pushed says why in one line', async ({ tspod, directory }) => {
  const { name, id } = await pulled(tspod, 'push/refused')
  await using front = await startFront(REGISTRY, {
    instead: ({ method }, response) => method === 'POST' && Boolean(response.writeHead(405).end()),
  })
  const env = registriesEnv(directory, [front.host])
  const refused = async (code: string, ...argv: string[]) => {
    const { exitCode, stdout, stderr } = await tspod.with({ env }, 'push', '-q', ...argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 125, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^error: .*\\[${code}\\]\n(hint: .*\n)?$`))
  }
  await refused('E_IMAGE_NOT_FOUND', 'no/such/image')
  await refused('E_BAD_REFERENCE', name, `${front.host}/Upper`)
  await refused('E_REGISTRY_READ_ONLY', name, `${front.host}/copies/refused`)
  await refused(
    'E_DIGEST_MISMATCH',
    name,
    `${REGISTRY}/copies/refused@${digestOf(Buffer.from('x'))}`,
    '--tls-verify=false',
  )
  await refused('E_BAD_FLAG', '--compression-level=10', name)
  await tspod('tag', name, 'localhost/second-name')
  await refused('E_NO_DESTINATION', id)
  await refused('E_REGISTRY_UNREACHABLE', '--retry=0', name, '127.0.0.1:1/x')
})

test('a layer that is damaged in storage is not published', async ({ tspod, directory }) => {
  const { image, name } = await pulled(tspod, 'push/damaged')
  const digest = image.layers[0]?.digest ?? ''
  const path = join(tspod.root, 'blobs/sha256', digest.slice('sha256:'.length))
  writeFileSync(path, Buffer.alloc(readFileSync(path).length, 'x'))
  const env = registriesEnv(directory, [REGISTRY])
  const pushed = await tspod.with({ env }, 'push', '-q', name, `${REGISTRY}/copies/damaged`)
  expect(pushed.exitCode).toBe(125)
  expect(pushed.stderr).toMatch(/^error: .*\[E_DIGEST_MISMATCH\]\nhint: .*\n$/)
  expect((await fetch(`http://${REGISTRY}/v2/copies/damaged/manifests/latest`)).status).toBe(404)
})

async function someImage(content: string, options: { format?: 'oci' | 'docker'; entry?: TarEntry } = {}) {
  const entries = [options.entry ?? { name: 'a', content }, { name: 'b', content: `${content} b` }]
  const tars = await Promise.all(entries.map((entry) => tarOf([{ mode: 0o644, ...entry }])))
  return imageOf(tars, { ...options, compression: ['none', 'gzip'] })
}

/** An image that is nowhere but on the registry and in storage. */
async function pulled(tspod: Tspod, repository: string, options: Parameters<typeof someImage>[1] = {}) {
  const image = await someImage(repository, options)
  await pushToRegistry(REGISTRY, repository, 'latest', image)
  const { stdout, stderr } = await tspod('pull', '-q', repository)
  expect(stdout, stderr).toMatch(/^[0-9a-f]{64}\n$/)
  return { image, name: `docker.io/${repository}:latest`, id: stdout.trim() }
}

async function expectThere(repository: string, version: string, image: BuiltImage): Promise<void> {
  const url = `http://${REGISTRY}/v2/${repository}`
  const manifest = await fetch(`${url}/manifests/${version}`, { headers: { accept: image.manifest.mediaType } })
  expect(digestOf(Buffer.from(await manifest.arrayBuffer()))).toBe(image.manifest.digest)
  for (const { digest } of [image.config, ...image.layers]) {
    const blob = await fetch(`${url}/blobs/${digest}`)
    expect(digestOf(Buffer.from(await blob.arrayBuffer()))).toBe(digest)
  }
}

/** How many blobs were sent whole. */
function uploads({ requests }: Front): number {
  return requests.filter((line) => /^PUT .*\/blobs\/uploads\//.test(line)).length
}

/** Gives the registry the first bytes of an upload, as one part of it. Where the rest goes comes back. */
async function passOnPart(incoming: IncomingMessage, bytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    total += chunk.length
    if (total >= bytes) break
  }
  const url = new URL(`http://${REGISTRY}${incoming.url}`)
  url.searchParams.delete('digest')
  const headers = {
    'content-length': bytes,
    'content-range': `0-${bytes - 1}`,
    'content-type': 'application/octet-stream',
  }
  return await new Promise((resolve, reject) => {
    const onward = httpRequest(url, { method: 'PATCH', headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve((answer.headers.location ?? '').replace(`http://${REGISTRY}`, '')))
    })
    onward.once('error', reject)
    onward.end(Buffer.concat(chunks).subarray(0, bytes))
  })
}
