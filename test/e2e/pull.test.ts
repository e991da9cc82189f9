import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { lgetxattr } from '../../base/libc.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { expect, test } from '../support/fixtures.ts'
import { type FrontOptions, startFront } from '../support/front.ts'
import { registriesEnv } from '../support/registries-conf.ts'
import { push, pushIndex } from '../support/registry.ts'
import { type BuiltImage, digestOf, imageOf, type TarEntry, tarOf } from '../support/tar-image.ts'
import type { Tspod } from '../support/tspod.ts'

test('a short name goes through the mirror of registries.conf, with a line for each layer', async ({ tspod }) => {
  const pulled = await tspod('pull', 'alpine')
  expect(pulled.exitCode, pulled.stderr).toBe(0)
  expect(pulled.stdout).toMatch(/^[0-9a-f]{64}\n$/)
  const lines = pulled.stderr.trimEnd().split('\n')
  expect(lines[0]).toBe('Pulling docker.io/library/alpine:latest')
  expect(lines.slice(1)).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{12} downloaded /)])
  expect(await tspod('pull', '-q', 'alpine')).toEqual({ exitCode: 0, stdout: pulled.stdout, stderr: '' })
  expect((await tspod('images', '--format', '{{.Repository}}:{{.Tag}}')).stdout).toBe(
    'docker.io/library/alpine:latest\n',
  )
})

test('a name without a registry is looked for in one after the other', async ({ tspod, directory }) => {
  await push(inject('registry'), 'team/searched', 'v1', imageOf([await tarOf([file('found')])]))
  await using empty = await startFront(inject('registry'), {
    instead: (_request, response) => Boolean(response.writeHead(404).end('{"errors":[]}')),
  })
  const env = registriesEnv(directory, [empty.host, inject('registry')])
  const pulled = await tspod.with({ env }, 'pull', '-q', 'team/searched:v1')
  expect(pulled).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/), stderr: '' })
  expect((await tspod('images', '--format', '{{.Repository}}:{{.Tag}}')).stdout).toBe(
    `${inject('registry')}/team/searched:v1\n`,
  )
  expect(empty.requests).toEqual(['GET /v2/team/searched/manifests/v1'])
})

test('a registry without TLS is used as host:port with --tls-verify=false, not without', async ({
  tspod,
  directory,
}) => {
  await push(inject('registry'), 'team/plain', 'latest', imageOf([await tarOf([file('plain')])]))
  const name = `${inject('registry')}/team/plain`
  const env = registriesEnv(directory, [])
  const refused = await tspod.with({ env }, 'pull', '-q', name)
  expect(refused.exitCode).toBe(125)
  expect(refused.stderr).toMatch(/^error: .*\[E_REGISTRY_UNREACHABLE\]\nhint: .*--tls-verify=false\n$/)
  expect(await tspod.with({ env }, 'pull', '-q', '--tls-verify=false', name)).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await tspod('images', '--format', '{{.Repository}}')).stdout).toBe(`${name}\n`)
})

test.for(['oci', 'docker'] as const)(
  'what is stored of an image in the %s format is what the registry has',
  async (format, { tspod }) => {
    const image = imageOf([await tarOf([file('a')]), await tarOf([file('b')])], { format })
    await push(inject('registry'), `team/${format}`, 'latest', image)
    const { stdout } = await tspod('pull', '-q', `team/${format}`)
    expect(stdout).toBe(`${image.config.digest.slice('sha256:'.length)}\n`)
    expectBlobs(tspod, image)
    const digests = await tspod('image', 'inspect', '--format', '{{json .RepoDigests}}', `team/${format}`)
    expect(JSON.parse(digests.stdout)).toEqual([`docker.io/team/${format}@${image.manifest.digest}`])
  },
)

test('of an index comes the image for this machine, or the one for --platform', async ({ tspod }) => {
  const tar = await tarOf([file('a')])
  const own = process.arch === 'x64' ? 'amd64' : 'arm64'
  const other = own === 'amd64' ? 'arm64' : 'amd64'
  const images = [other, own].map((architecture) => ({
    image: imageOf([tar], { architecture }),
    platform: { os: 'linux', architecture },
  }))
  const index = await pushIndex(inject('registry'), { repository: 'team/multi', tag: 'latest' }, images)
  const architecture = async (): Promise<string> =>
    (await tspod('image', 'inspect', '--format', '{{.Os}}/{{.Architecture}}', 'team/multi')).stdout
  expect(await tspod('pull', '-q', 'team/multi')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await architecture()).toBe(`linux/${own}\n`)
  expect(blob(tspod, index.digest).equals(index.bytes)).toBe(true)
  expect(await tspod('pull', '-q', '--platform', `linux/${other}`, 'team/multi')).toMatchObject({ exitCode: 0 })
  expect(await architecture()).toBe(`linux/${other}\n`)
  const none = await tspod('pull', '-q', '--platform', 'linux/s390x', 'team/multi')
  expect(none.exitCode).toBe(125)
  expect(none.stderr).toMatch(/^error: .*\[E_NO_PLATFORM\]\n/)
})

test('gzip, zstd and plain layers in one image hide, replace and add', async ({ tspod }) => {
  const bottom = (await busyboxTars())[0] ?? Buffer.alloc(0)
  const middle = await tarOf([
    directory('data'),
    file('data/kept', 'old'),
    file('data/gone'),
    directory('data/gone-too'),
    file('data/gone-too/below'),
    directory('opaque'),
    file('opaque/hidden'),
    directory('opaque/hidden-directory'),
    file('opaque/hidden-directory/x'),
    file('becomes-directory'),
    directory('becomes-file'),
    file('becomes-file/x'),
  ])
  const top = await tarOf([
    file('data/.wh.gone'),
    file('data/.wh.gone-too'),
    file('data/kept', 'new'),
    directory('opaque'),
    file('opaque/shown'),
    file('opaque/.wh..wh..opq'),
    directory('becomes-directory'),
    file('becomes-directory/x'),
    file('.wh.becomes-file'),
    file('becomes-file'),
  ])
  const image = imageOf([bottom, middle, top], { compression: ['gzip', 'zstd', 'none'] })
  await push(inject('registry'), 'team/layers', 'latest', image)
  const script = 'cat /data/kept; echo; find /data /opaque /becomes-directory /becomes-file | sort'
  const { stdout, stderr } = await run(tspod, 'team/layers', script)
  expect(stdout.split('\n'), stderr).toEqual([
    'new',
    '/becomes-directory',
    '/becomes-directory/x',
    '/becomes-file',
    '/data',
    '/data/kept',
    '/opaque',
    '/opaque/shown',
    '',
  ])
  expectBlobs(tspod, image)
})

test('owners, modes, times, links and names arrive as they are in the layer', async ({ tspod }) => {
  const long = `${'d'.repeat(99)}/${'e'.repeat(120)}/${'f'.repeat(200)}`
  const extra = [
    { ...file('owned'), uid: 33, gid: 29, mode: 0o640 },
    { ...file('nobody'), uid: 65534, gid: 65534 },
    { ...file('set'), mode: 0o6755, uid: 1000, gid: 1000 },
    { ...directory('sticky'), mode: 0o1777, mtime: new Date(1_234_567_890_000) },
    { ...file('timed'), mtime: new Date(1_111_111_111_000) },
    { ...file('before-1970'), pax: { mtime: '-86400' } },
    { name: 'hard', type: 'link', linkname: 'owned' },
    { name: 'soft', type: 'symlink', linkname: '/no/where', uid: 5, gid: 6 },
    { name: 'null-device', type: 'character-device', devmajor: 1, devminor: 3 },
    { name: 'disk', type: 'block-device', devmajor: 8, devminor: 0 },
    { name: 'dev/console', type: 'character-device', devmajor: 5, devminor: 1 },
    { ...file('umlaut-ä-日本'), content: 'utf8' },
    { ...file(long), content: 'deep' },
    file('bytes-XX', 'raw'),
    { name: 'pipe', type: 'fifo' },
  ] satisfies TarEntry[]
  const tar = renamed(await tarOf(extra), 'bytes-XX', Buffer.from('bytes-\xff\xfe', 'latin1'))
  const image = imageOf([...(await busyboxTars()), tar])
  await push(inject('registry'), 'team/metadata', 'latest', image)
  const pulled = await tspod('pull', '-q', 'team/metadata')
  expect(pulled.stderr).toBe('2 device files of the image were left out\n')
  const script = [
    "stat -c '%n %u:%g %a %h' /owned /nobody /set /sticky /hard",
    "stat -c '%n %Y' /sticky /timed /before-1970",
    "stat -c '%N %u:%g' /soft",
    'ls /null-device /disk 2>/dev/null; test -p /pipe && echo pipe',
    `cat /umlaut-ä-日本 /${long}; echo`,
    'echo /bytes-* | od -An -c; cat /bytes-*',
  ].join('\n')
  const { stdout, stderr } = await run(tspod, 'team/metadata', script)
  expect(stdout.split('\n'), stderr).toEqual([
    '/owned 33:29 640 2',
    '/nobody 65534:65534 644 1',
    '/set 1000:1000 6755 1',
    '/sticky 0:0 1777 2',
    '/hard 33:29 640 2',
    '/sticky 1234567890',
    '/timed 1111111111',
    '/before-1970 -86400',
    "'/soft' -> '/no/where' 5:6",
    'pipe',
    'utf8deep',
    expect.stringMatching(/^ +\/ +b +y +t +e +s +- +377 +376 +\\n$/),
    'raw',
  ])
})

test('extended attributes are kept, and a file capability works', async ({ tspod }) => {
  // Version 2 of the attribute, effective, CAP_NET_BIND_SERVICE. Source: linux/capability.h.
  const capability = '\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
  const tar = await tarOf([
    { ...file('labelled'), pax: { 'SCHILY.xattr.user.colour': 'green', 'SCHILY.xattr.trusted.overlay.opaque': 'y' } },
    {
      name: 'bin/busybox-capable',
      mode: 0o755,
      content: readFileSync('/bin/busybox'),
      pax: { 'SCHILY.xattr.security.capability': capability },
    },
  ])
  await push(inject('registry'), 'team/xattrs', 'latest', imageOf([...(await busyboxTars()), tar]))
  const pulled = await tspod('pull', '-q', 'team/xattrs')
  expect(pulled.stderr).toBe('1 extended attributes of the image could not be kept\n')
  const layer = layerDirectories(tspod).find((path) => existsSync(join(path, 'labelled')))
  expect(lgetxattr(join(layer ?? '', 'labelled'), 'user.colour').toString()).toBe('green')
  const status = '/bin/busybox-capable grep CapEff /proc/self/status'
  const { stdout, stderr } = await tspod(
    ...['run', '--rm', '--network=none', '--user=1000', 'team/xattrs', 'sh', '-c', status],
  )
  expect(stdout, stderr).toBe('CapEff:\t0000000000000400\n')
})

test('a second pull fetches no blob, and a second image only what is its own', async ({ tspod, directory }) => {
  const [base, one, two] = [await tarOf([file('base')]), await tarOf([file('one')]), await tarOf([file('two')])]
  const images = { first: imageOf([base, one]), second: imageOf([base, two]) }
  for (const [name, image] of Object.entries(images)) await push(inject('registry'), `shared/${name}`, 'latest', image)
  await using front = await startFront(inject('registry'))
  const env = registriesEnv(directory, [front.host])
  const pull = (name: string) => tspod.with({ env }, 'pull', '-q', `${front.host}/shared/${name}`)
  expect(await pull('first')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(front.downloads()).toEqual(once(images.first))
  expect(await pull('first')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(front.downloads()).toEqual(once(images.first))
  expect(await pull('second')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(front.downloads()).toEqual({ ...once(images.first), ...once(images.second) })
  expect(layerDirectories(tspod)).toHaveLength(3)
})

test('two processes that pull the same image fetch each blob once', async ({ tspod, directory }) => {
  const noise = Array.from({ length: 3 }, (_, index) => file(`noise-${index}`, Buffer.alloc(3 << 20, `noise${index}`)))
  const image = imageOf(await Promise.all(noise.map((entry) => tarOf([entry]))), {
    compression: ['none', 'none', 'none'],
  })
  await push(inject('registry'), 'team/twice', 'latest', image)
  await using front = await startFront(inject('registry'))
  const env = registriesEnv(directory, [front.host])
  const pull = () => tspod.with({ env }, 'pull', '-q', `${front.host}/team/twice`)
  const [first, second] = await Promise.all([pull(), pull()])
  expect(first).toMatchObject({ exitCode: 0, stderr: '' })
  expect(second).toEqual(first)
  expect(front.downloads()).toEqual(once(image))
  expect(readdirSync(join(tspod.root, 'tmp'))).toEqual([])
})

test('a registry that wants a token gets the one it gives to anybody', async ({ tspod, directory }) => {
  const image = imageOf([await tarOf([file('a')])])
  await push(inject('registry'), 'team/token', 'latest', image)
  await using front = await startFront(inject('registry'), { wantsToken: true })
  const env = registriesEnv(directory, [front.host])
  expect(await tspod.with({ env }, 'pull', '-q', `${front.host}/team/token`)).toMatchObject({ exitCode: 0, stderr: '' })
  const tokens = front.requests.filter((line) => line.startsWith('GET /token'))
  expect(tokens).toEqual([expect.stringMatching(/^GET \/token\?.*scope=repository%3Ateam%2Ftoken%3Apull/)])
  expectBlobs(tspod, image)
})

test('an interrupted download goes on where it was', async ({ tspod, directory }) => {
  const image = imageOf([await tarOf([file('big', Buffer.alloc(2 << 20, 'big'))])], { compression: ['none'] })
  await push(inject('registry'), 'team/interrupted', 'latest', image)
  const [layer] = image.layers
  const ranges: (string | undefined)[] = []
  const instead: FrontOptions['instead'] = ({ url, headers }, response) => {
    if (!url?.endsWith(layer?.digest ?? '')) return false
    ranges.push(headers.range)
    if (ranges.length > 1) return false
    response.writeHead(200, { 'content-length': layer?.bytes.length })
    response.write(layer?.bytes.subarray(0, 1 << 20), () => response.destroy())
    return true
  }
  await using front = await startFront(inject('registry'), { instead })
  const env = registriesEnv(directory, [front.host])
  const pulled = await tspod.with({ env }, 'pull', '-q', `${front.host}/team/interrupted`)
  expect(pulled.exitCode, pulled.stderr).toBe(0)
  expect(pulled.stderr).toMatch(/^could not reach registry .*connection closed; trying again\n$/)
  expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9][0-9]*-$/)])
  expectBlobs(tspod, image)
})

test('a container that writes everywhere changes nothing of the layers', async ({ tspod }) => {
  await tspod('pull', '-q', 'alpine')
  const before = await fingerprint(tspod)
  const script = [
    'rm -rf /opt /home; chmod -R 700 /var; chown -R 1000 /root; echo more >> /etc/passwd',
    'mkdir /etc/new; mv /etc/group /etc/new/; ln /bin/busybox /bin/again; rm /bin/ls; touch /etc/os-release',
    'dd if=/dev/zero of=/etc/noexec bs=1 count=1 conv=notrunc 2>/dev/null; chmod 700 /bin/busybox; tail -n 1 /etc/passwd',
  ].join('; ')
  expect(await run(tspod, 'alpine', script)).toEqual({ exitCode: 0, stdout: 'more\n', stderr: '' })
  expect(await fingerprint(tspod)).toBe(before)
})

function file(name: string, content: string | Buffer = name): TarEntry & { content: string | Buffer } {
  return { name, mode: 0o644, content }
}

function directory(name: string): TarEntry {
  return { name: `${name}/`, type: 'directory', mode: 0o755 }
}

/** The uncompressed layers of the busybox image. */
async function busyboxTars(): Promise<Buffer[]> {
  const { gunzipSync } = await import('node:zlib')
  return (await busyboxImage()).layers.map(({ bytes }) => gunzipSync(bytes))
}

/** A name of the archive replaced by one of as many bytes, which tar-stream has no way to give. */
function renamed(tar: Buffer, from: string, to: Buffer): Buffer {
  const at = tar.indexOf(from)
  to.copy(tar, at)
  const header = tar.subarray(at, at + 512)
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return tar
}

function blob(tspod: Tspod, digest: string): Buffer {
  return readFileSync(join(tspod.root, 'blobs/sha256', digest.slice('sha256:'.length)))
}

/** All of the image is in storage, byte for byte. */
function expectBlobs(tspod: Tspod, image: BuiltImage): void {
  for (const { digest } of [image.manifest, image.config, ...image.layers]) {
    expect(digestOf(blob(tspod, digest))).toBe(digest)
  }
}

function once({ config, layers }: BuiltImage): Record<string, number> {
  return Object.fromEntries([config, ...layers].map(({ digest }) => [digest, 1]))
}

function layerDirectories(tspod: Tspod): string[] {
  const layers = join(tspod.root, 'layers')
  return readdirSync(layers)
    .filter((name) => /^[0-9a-f]{24}$/.test(name))
    .map((name) => join(layers, name))
}

/** One digest of names, owners, modes, times and content of all files of all layers. */
async function fingerprint(tspod: Tspod): Promise<string> {
  const script = `cd '${tspod.root}/layers'; { find . -printf '%p %y %m %U:%G %T@ %n %s\\n'; find . -type f -exec sha256sum {} +; } | sort | sha256sum`
  const { stdout, stderr, exitCode } = await tspod('unshare', 'sh', '-c', script)
  expect(exitCode, stderr).toBe(0)
  return stdout
}

async function run(tspod: Tspod, image: string, script: string) {
  return await tspod('run', '--rm', '-q', '--network=none', image, 'sh', '-c', script)
}
