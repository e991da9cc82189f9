import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, inject } from 'vitest'
import {
  closedPort,
  type FakeRegistry,
  type Misbehaviour,
  startFakeRegistry,
  status,
} from '../../storage/registry/fake-registry.ts'
import { expect, test } from '../support/fixtures.ts'
import { registriesEnv } from '../support/registries-conf.ts'
import { type BuiltImage, blobOf, imageOf, type TarEntry, tarOf } from '../support/tar-image.ts'
import type { Result, Tspod } from '../support/tspod.ts'

// biome-ignore format: a table
test.for([
  // argv                                                code
  [['run', '--no-such-flag', 'alpine'],                  'E_UNKNOWN_FLAG'],
  [['pull', '--policy=sometimes', 'alpine'],             'E_BAD_FLAG'],
  [['pull'],                                             'E_BAD_ARGUMENTS'],
  [['pull', 'Upper/Case'],                               'E_BAD_REFERENCE'],
  [['pull', 'a:b:c'],                                    'E_BAD_REFERENCE'],
  [['pull', ''],                                         'E_BAD_REFERENCE'],
  [['pull', 'docker.io/../etc'],                         'E_BAD_REFERENCE'],
  [['pull', '$(id)'],                                    'E_BAD_REFERENCE'],
  [['pull', 'alpine;id'],                                'E_BAD_REFERENCE'],
  [['tag', 'alpine', 'x|y'],                             'E_BAD_REFERENCE'],
  [['pull', 'alpine@sha256:1234'],                       'E_BAD_REFERENCE'],
  [['pull', `alpine:${'t'.repeat(129)}`],                'E_BAD_REFERENCE'],
  [['pull', '--platform=nonsense/a/b/c', 'alpine'],      'E_BAD_PLATFORM'],
  [['pull', 'REGISTRY/no/such-image'],                   'E_IMAGE_NOT_FOUND'],
  [['pull', 'REGISTRY/library/alpine:no-such-tag'],      'E_IMAGE_NOT_FOUND'],
  [['pull', `REGISTRY/library/alpine@sha256:${'0'.repeat(64)}`], 'E_IMAGE_NOT_FOUND'],
  [['run', '--pull=never', 'alpine', 'true'],            'E_IMAGE_NOT_KNOWN'],
] as const)('%j is refused with %s', async ([argv, code], { tspod }) => {
  expectRefused(await tspod(...argv.map((word) => word.replace('REGISTRY', inject('registry')))), code)
  await expectNothing(tspod)
})

test('an unknown command is refused', async ({ tspod }) => {
  expectRefused(await tspod('no-such-command'), 'E_UNKNOWN_COMMAND')
})

test('a name that a container has is refused to another one', async ({ tspod }) => {
  await using first = await tspod.start('--name=taken', '--network=none', 'alpine', 'sleep', '1000')
  expectRefused(await tspod('run', '-q', '--name=taken', '--network=none', 'alpine', 'true'), 'E_NAME_IN_USE')
  expect((await tspod('ps', '-aq', '--no-trunc')).stdout).toBe(`${first.id}\n`)
})

describe('a registry', () => {
  test('that is down', async ({ tspod, directory }) => {
    const host = await closedPort()
    const result = await tspod.with({ env: registriesEnv(directory, [host]) }, 'pull', '-q', `${host}/team/app`)
    expectRefused(result, 'E_REGISTRY_UNREACHABLE')
    await expectNothing(tspod)
  })

  // biome-ignore format: a table
  test.for<readonly [string, string, Misbehaviour, number]>([
    // what it does                             code                      how                                              requests
    ['answers 401 without a challenge',         'E_REGISTRY_AUTH',        status(401),                                      1],
    ['answers 403',                             'E_REGISTRY_AUTH',        status(403, {}, '{"errors":[{"code":"DENIED"}]}'), 1],
    ['answers 404',                             'E_IMAGE_NOT_FOUND',      status(404),                                      1],
    ['wants us to wait a moment, every time',   'E_REGISTRY_RATE_LIMIT',  status(429, { 'retry-after': '0' }),              3],
    ['wants us to wait for hours',              'E_REGISTRY_RATE_LIMIT',  status(429, { 'retry-after': '9999' }),           1],
    ['answers 500, every time',                 'E_REGISTRY_ERROR',       status(500),                                      3],
    ['answers with a page for browsers',        'E_REGISTRY_PROTOCOL'   , status(200, { 'content-type': 'text/html' }, '<html>'), 1],
    ['sends a manifest of the old kind',        'E_UNSUPPORTED_MANIFEST', status(200, { 'content-type': 'application/vnd.docker.distribution.manifest.v1+json' }, '{"schemaVersion":1,"name":"a"}'), 1],
    ['sends a manifest that is no JSON',        'E_REGISTRY_PROTOCOL',    status(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }, '{'), 1],
    ['sends a manifest without layers',         'E_REGISTRY_PROTOCOL',    status(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }, '{"schemaVersion":2}'), 1],
    ['sends a manifest without end',            'E_REGISTRY_PROTOCOL',    status(200, {}, ' '.repeat(9 << 20)),             1],
    ['sends another manifest than its digest',  'E_DIGEST_MISMATCH',      status(200, { 'docker-content-digest': `sha256:${'0'.repeat(64)}` }, '{}'), 1],
    ['redirects in a circle',                   'E_REGISTRY_PROTOCOL',    (request, response) => void response.writeHead(307, { location: request.url }).end(), 11],
  ])('that %s: %s', async ([, code, misbehave, requests], { tspod, directory }) => {
    await using registry = await startFakeRegistry()
    registry.once('/manifests/', misbehave, 99)
    expectRefused(await pullFrom(registry, { tspod, directory }), code)
    expect(registry.requests).toHaveLength(requests)
    await expectNothing(tspod)
  })

  test.for<readonly [string, string, (bytes: Buffer) => Misbehaviour]>([
    ['has other bytes of a layer', 'E_DIGEST_MISMATCH', (bytes) => status(200, {}, 'x'.repeat(bytes.length))],
    [
      'announces another size of a layer',
      'E_REGISTRY_PROTOCOL',
      () => status(200, { 'content-length': '7' }, '1234567'),
    ],
    ['sends more of a layer than there is', 'E_REGISTRY_PROTOCOL', (bytes) => chunks(bytes, 'more')],
    ['has lost a layer', 'E_IMAGE_NOT_FOUND', () => status(404)],
  ])('that %s: %s', async ([, code, misbehave], { tspod, directory }) => {
    await using registry = await startFakeRegistry()
    const image = imageOf([await tarOf([{ name: 'good' }]), await tarOf([{ name: 'bad' }])])
    serve(registry, image)
    const bad = image.layers[1] ?? image.config
    registry.once(bad.digest, misbehave(bad.bytes), 99)
    expectRefused(await pullFrom(registry, { tspod, directory }), code)
    await expectNothing(tspod)
  })

  test('that has lost a layer ends the others, which are on their way', async ({ tspod, directory }) => {
    await using registry = await startFakeRegistry()
    const image = imageOf(
      [await tarOf([{ name: 'a', content: Buffer.alloc(8 << 20) }]), await tarOf([{ name: 'b' }])],
      {
        compression: ['none', 'none'],
      },
    )
    serve(registry, image)
    const [slow, lost] = image.layers
    registry.once(slow?.digest ?? '', drip(slow?.bytes ?? Buffer.alloc(0)), 9)
    registry.once(lost?.digest ?? '', status(404), 9)
    expectRefused(await pullFrom(registry, { tspod, directory }), 'E_IMAGE_NOT_FOUND')
    await expectNothing(tspod)
  })

  test('that cuts every answer short: what came is kept for the next attempt', async ({ tspod, directory }) => {
    await using registry = await startFakeRegistry()
    const image = imageOf([await tarOf([{ name: 'a', content: Buffer.alloc(100_000, 'a') }])], {
      compression: ['none'],
    })
    serve(registry, image)
    const [layer] = image.layers
    registry.once(
      layer?.digest ?? '',
      (_request, response) => {
        response.writeHead(200, { 'content-length': layer?.bytes.length })
        response.write(layer?.bytes.subarray(0, 50_000), () => response.destroy())
      },
      3,
    )
    expectRefused(await pullFrom(registry, { tspod, directory }), 'E_REGISTRY_UNREACHABLE')
    expect(await tspod('images', '-q')).toMatchObject({ stdout: '' })
    expect(await pullFrom(registry, { tspod, directory })).toMatchObject({ exitCode: 0 })
    expect(registry.requests.at(-1)?.range).toBe('bytes=50000-')
    expect(readdirSync(join(tspod.root, 'tmp'))).toEqual([])
  })
})

describe('an image', () => {
  const good = tarOf([{ name: 'a', content: 'a' }])

  test('whose configuration speaks of other layers', async ({ tspod, directory }) => {
    const image = imageOf([await good])
    const other = imageOf([await tarOf([{ name: 'b' }])])
    await expectRefusedImage(withConfig(image, other.config.bytes), 'E_DIFF_ID_MISMATCH', { tspod, directory })
  })

  test('whose configuration speaks of more layers', async ({ tspod, directory }) => {
    const image = imageOf([await good])
    const other = imageOf([await good, await good])
    await expectRefusedImage(withConfig(image, other.config.bytes), 'E_BAD_IMAGE', { tspod, directory })
  })

  test('whose configuration is none', async ({ tspod, directory }) => {
    await expectRefusedImage(withConfig(imageOf([await good]), Buffer.from('[]')), 'E_REGISTRY_PROTOCOL', {
      tspod,
      directory,
    })
  })

  test('with a layer that is cut off', async ({ tspod, directory }) => {
    const bytes = gzipSync(await tarOf([{ name: 'a', content: Buffer.alloc(1 << 20, 'a') }]))
    await expectRefusedImage(withLayer(bytes.subarray(0, bytes.length - 100)), 'E_LAYER_INVALID', { tspod, directory })
  })

  test('with a layer that is no archive', async ({ tspod, directory }) => {
    await expectRefusedImage(withLayer(Buffer.alloc(2000, 'junk')), 'E_LAYER_INVALID', { tspod, directory })
  })

  test('with a layer compressed by xz', async ({ tspod, directory }) => {
    const bytes = Buffer.from('\xfd7zXZ\0and so on', 'latin1')
    await expectRefusedImage(withLayer(bytes), 'E_LAYER_UNSUPPORTED', { tspod, directory })
  })

  test.for<readonly [string, string, () => readonly TarEntry[]]>([
    ['a file above the root', 'E_LAYER_UNSAFE', () => [{ name: '../escaped' }]],
    ['a file above the root by a detour', 'E_LAYER_UNSAFE', () => [{ name: 'a/../../escaped' }]],
    [
      'a hard link above the root',
      'E_LAYER_UNSAFE',
      () => [{ name: 'a', type: 'link', linkname: '../../../state.db' }],
    ],
    [
      'a hard link to a file of the host',
      'E_LAYER_INVALID',
      () => [{ name: 'a', type: 'link', linkname: '/etc/passwd' }],
    ],
    [
      'a link that leads to itself',
      'E_LAYER_UNSAFE',
      () => [{ name: 'a', type: 'symlink', linkname: 'a' }, { name: 'a/b' }],
    ],
    ['2,000 directories in one another', 'E_LAYER_UNSAFE', () => [{ name: `${'d/'.repeat(2000)}file` }]],
    ['10,000 directories in one another', 'E_LAYER_UNSAFE', () => [{ name: `${'d/'.repeat(10_000)}file` }]],
    ['a name as long as a book', 'E_LAYER_UNSAFE', () => [{ name: 'n'.repeat(2 << 20) }]],
    ['a component longer than a name can be', 'E_LAYER_UNSAFE', () => [{ name: `a/${'n'.repeat(300)}` }]],
  ])('with %s: %s', async ([, code, entries], { tspod, directory }) => {
    await expectRefusedImage(imageOf([await good, await tarOf(entries())]), code, { tspod, directory })
    expect(existsSync(join(directory, 'escaped')) || existsSync(join(tspod.root, 'escaped'))).toBe(false)
  })

  test('that writes through its own links stays inside', async ({ tspod, directory }) => {
    const entries: TarEntry[] = [
      { name: 'absolute', type: 'symlink', linkname: directory },
      { name: 'absolute/escaped-1' },
      { name: 'upwards', type: 'symlink', linkname: '../../../../../../..' },
      { name: `upwards${directory}/escaped-2` },
      { name: `${directory}/escaped-3` },
    ]
    await using registry = await startFakeRegistry()
    serve(registry, imageOf([await tarOf(entries)]))
    expect(await pullFrom(registry, { tspod, directory })).toMatchObject({ exitCode: 0, stderr: '' })
    expect(readdirSync(directory).filter((name) => name.startsWith('escaped'))).toEqual([])
    const [layer = ''] = layersOf(tspod)
    const inside = readdirSync(join(tspod.root, 'layers', layer, directory))
    expect(inside.sort()).toEqual(['escaped-1', 'escaped-2', 'escaped-3'])
  })
})

describe('a full disk', () => {
  test('ends a pull with one error, and the storage works on', async ({ tspod, directory }) => {
    await using registry = await startFakeRegistry()
    const noise = Buffer.from(Array.from({ length: 12 << 20 }, (_, index) => (index * 7919) >> 3))
    serve(registry, imageOf([await tarOf([{ name: 'noise', content: noise }])], { compression: ['none'] }))
    const env = registriesEnv(directory, [registry.host])
    const small = `${directory}/small`
    const script = [
      'set -e; mkdir "$1"; mount -t tmpfs -o size=8m none "$1"',
      'tspod() { "$0" --root "$small/root" --runroot "$small/run" "$@"; }; small=$1',
      'status=0; tspod pull -q "$2" || status=$?',
      'test -z "$(tspod images -q)"; test -z "$(ls "$1/root/tmp" "$1/root/blobs/sha256" | grep -v :)"',
      'tspod run --rm --network=none hello > /dev/null; exit $status',
    ].join('\n')
    const { TSPOD } = await import('../support/tspod.ts')
    const argv = ['unshare', 'sh', '-c', script, TSPOD, small, `${registry.host}/team/app`]
    expectRefused(await tspod.with({ env }, ...argv), 'E_NO_SPACE')
  })

  test('costs a container lines of its log, and nothing of what it writes to its reader', async ({
    tspod,
    directory,
  }) => {
    const script = [
      'mkdir "$1"; mount -t tmpfs -o size=1m none "$1" || exit 99',
      '"$0" --root "$2" --runroot "$3" run --rm -q --network=none --log-opt "path=$1/log" alpine sh -c "seq 400000; exit 7" > "$1.out"',
      'echo "$?"; wc -c < "$1.out"; df --output=avail "$1" | tail -1',
    ].join('\n')
    const { TSPOD } = await import('../support/tspod.ts')
    const argv = ['unshare', 'sh', '-c', script, TSPOD, `${directory}/small`, tspod.root, tspod.runroot]
    const { stdout } = await tspod(...argv)
    expect(stdout.trim().split(/\s+/)).toEqual([
      '7',
      `${9 * 2 + 90 * 3 + 900 * 4 + 9000 * 5 + 90_000 * 6 + 300_001 * 7}`,
      '0',
    ])
  })
})

interface Place {
  readonly tspod: Tspod
  readonly directory: string
}

async function pullFrom(registry: FakeRegistry, { tspod, directory }: Place): Promise<Result> {
  return await tspod.with({ env: registriesEnv(directory, [registry.host]) }, 'pull', '-q', `${registry.host}/team/app`)
}

async function expectRefusedImage(image: BuiltImage, code: string, place: Place): Promise<void> {
  await using registry = await startFakeRegistry()
  serve(registry, image)
  expectRefused(await pullFrom(registry, place), code)
  await expectNothing(place.tspod)
}

function serve(registry: FakeRegistry, { manifest, config, layers }: BuiltImage): void {
  registry.put(manifest.bytes, { mediaType: manifest.mediaType, tag: 'latest' })
  for (const { bytes } of [config, ...layers]) registry.put(bytes, { mediaType: 'application/octet-stream' })
}

/** The same layers with another configuration. */
function withConfig(image: BuiltImage, bytes: Buffer): BuiltImage {
  const config = blobOf(bytes)
  const manifest: Record<string, unknown> = JSON.parse(image.manifest.bytes.toString())
  const descriptor = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: config.digest,
    size: bytes.length,
  }
  return {
    config,
    layers: image.layers,
    manifest: {
      ...blobOf(Buffer.from(JSON.stringify({ ...manifest, config: descriptor }))),
      mediaType: image.manifest.mediaType,
    },
  }
}

/** One layer of these bytes, whatever they are. */
function withLayer(bytes: Buffer): BuiltImage {
  return imageOf([bytes], { compression: ['none'] })
}

/** An answer of no announced length. */
function chunks(...parts: readonly (Buffer | string)[]): Misbehaviour {
  return (_request, response) => {
    for (const part of parts) response.write(part)
    response.end()
  }
}

/** An answer that takes many minutes, a little at a time. */
function drip(bytes: Buffer): Misbehaviour {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': bytes.length })
    let sent = 0
    const timer = setInterval(() => {
      response.write(bytes.subarray(sent, sent + 512))
      sent += 512
    }, 20)
    response.on('close', () => clearInterval(timer))
  }
}

/** One error, at most one hint, no stack; other lines are notices of retries. */
function expectRefused({ exitCode, stdout, stderr }: Result, code: string): void {
  const lines = stderr.trimEnd().split('\n')
  expect(
    lines.filter((line) => line.startsWith('error:')),
    stderr,
  ).toEqual([expect.stringContaining(`[${code}]`)])
  expect(lines.filter((line) => line.startsWith('hint:')).length).toBeLessThan(2)
  expect(lines.filter((line) => /^\s+at |internal error|undefined|\[object/.test(line))).toEqual([])
  expect({ exitCode, stdout }).toEqual({ exitCode: 125, stdout: '' })
}

/** Nothing of it is left in storage. */
async function expectNothing(tspod: Tspod): Promise<void> {
  expect(await tspod('images', '-aq')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect(await tspod('ps', '-aq')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  for (const name of ['tmp', 'blobs/sha256', 'containers'])
    expect(readdirSync(join(tspod.root, name)), name).toEqual([])
  expect(layersOf(tspod)).toEqual([])
}

function layersOf(tspod: Tspod): string[] {
  return readdirSync(join(tspod.root, 'layers')).filter((name) => /^[0-9a-f]{24}$/.test(name))
}
