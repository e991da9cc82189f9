import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { startChild } from '../../base/child.ts'
import { expect, test } from '../support/fixtures.ts'
import { startFront } from '../support/front.ts'
import { holdLock } from '../support/hold-lock.ts'
import { idOf } from '../support/layered-images.ts'
import { registriesEnv } from '../support/registries-conf.ts'
import { type PlatformImage, push, pushIndex } from '../support/registry.ts'
import { type BuiltImage, imageOf, tarOf } from '../support/tar-image.ts'
import { resultOf } from '../support/tspod.ts'

const INDEX = 'application/vnd.oci.image.index.v1+json'

async function imageFor(architecture: string): Promise<BuiltImage> {
  return imageOf([await tarOf([{ name: `for-${architecture}`, content: architecture }])], { architecture })
}

/** A tag for two platforms in the registry. */
async function publishBoth(repository: string): Promise<{ amd: BuiltImage; arm: BuiltImage }> {
  const [amd, arm] = [await imageFor('amd64'), await imageFor('arm64')]
  const images: PlatformImage[] = [amd, arm].map((image, index) => ({
    image,
    platform: { os: 'linux', architecture: index === 0 ? 'amd64' : 'arm64' },
  }))
  await pushIndex(inject('registry'), { repository, tag: 'latest' }, images)
  return { amd, arm }
}

test('a manifest list is made of images in storage and on registries, changed, and removed', async ({ tspod }) => {
  const { amd, arm } = await publishBoth('lists/both')
  const own = await imageFor('riscv64')
  await push(inject('registry'), 'lists/own', 'v1', own)
  await tspod('pull', '-q', '--platform', 'linux/riscv64', 'lists/own:v1')

  const created = await tspod('manifest', 'create', 'app:1.0', 'lists/own:v1')
  expect(created).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) })
  const id = created.stdout.trimEnd()
  expect(await tspod('manifest', 'create', 'app:1.0')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/\[E_NAME_IN_USE\]\nhint: /),
  })
  expect((await tspod('manifest', 'create', '--amend', 'app:1.0')).stdout).toBe(`${id}\n`)
  expect(await tspod('manifest', 'add', '--all', 'app:1.0', 'docker://lists/both')).toMatchObject({ stdout: `${id}\n` })
  const platform = (architecture: string) => ({ architecture, os: 'linux' })
  const entryOf = ({ manifest }: BuiltImage, architecture: string) => ({
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.length,
    platform: platform(architecture),
  })
  expect(await shown('app:1.0')).toEqual({
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: [entryOf(own, 'riscv64'), entryOf(amd, 'amd64'), entryOf(arm, 'arm64')],
  })
  expect((await tspod('images', '--format', '{{.Repository}}:{{.Tag}} {{.IsManifestList}}')).stdout).toMatch(
    /^localhost\/app:1.0 true$/m,
  )

  const words = ['--arch', 'arm', '--variant', 'v7', '--annotation', 'a=b', '--os-version', '6']
  expect((await tspod('manifest', 'annotate', ...words, 'app:1.0', arm.manifest.digest)).stdout).toBe(`${id}\n`)
  expect((await shown('app:1.0')).manifests[2]).toEqual({
    ...entryOf(arm, ''),
    annotations: { a: 'b' },
    platform: { architecture: 'arm', os: 'linux', variant: 'v7', 'os.version': '6' },
  })
  expect((await tspod('manifest', 'remove', 'app:1.0', amd.manifest.digest)).stdout).toBe(`${id}\n`)
  expect((await shown('app:1.0')).manifests).toHaveLength(2)
  expect(await tspod('manifest', 'remove', 'app:1.0', amd.manifest.digest)).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_NOT_IN_LIST'),
  })

  // What a list needs stays when its image goes.
  expect(await tspod('rmi', 'lists/own:v1')).toMatchObject({ exitCode: 0 })
  const blobs = readdirSync(join(tspod.root, 'blobs/sha256'))
  for (const { digest } of [own.manifest, own.config, ...own.layers]) expect(blobs).toContain(digest.slice(7))
  expect(await tspod('manifest', 'exists', 'app:1.0')).toMatchObject({ exitCode: 0 })
  expect((await tspod('manifest', 'rm', 'app:1.0')).stdout).toBe(`Untagged: localhost/app:1.0\nDeleted: ${id}\n`)
  expect(await tspod('manifest', 'exists', 'app:1.0')).toMatchObject({ exitCode: 1 })
  expect(await tspod('manifest', 'rm', 'app:1.0')).toMatchObject({ exitCode: 1 })
  expect(readdirSync(join(tspod.root, 'blobs/sha256'))).toEqual([])

  async function shown(name: string) {
    return JSON.parse((await tspod('manifest', 'inspect', name)).stdout)
  }
})

test('of an index the image for one platform is added, and what a registry has is shown as it is', async ({
  tspod,
}) => {
  const { arm } = await publishBoth('lists/one')
  await tspod('manifest', 'create', 'app')
  expect(await tspod('manifest', 'add', '--arch', 'arm64', 'app', 'lists/one')).toMatchObject({ exitCode: 0 })
  expect(JSON.parse((await tspod('manifest', 'inspect', 'app')).stdout).manifests).toMatchObject([
    { digest: arm.manifest.digest, platform: { architecture: 'arm64' } },
  ])
  expect(await tspod('manifest', 'add', '--arch', 's390x', 'app', 'lists/one')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_NO_PLATFORM'),
  })
  expect(JSON.parse((await tspod('manifest', 'inspect', 'lists/one')).stdout)).toMatchObject({
    mediaType: INDEX,
    manifests: [{ platform: { architecture: 'amd64' } }, { platform: { architecture: 'arm64' } }],
  })
  expect(await tspod('manifest', 'add', 'nothing', 'lists/one')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_LIST_NOT_FOUND'),
  })
  expect(await tspod('manifest', 'annotate', '--annotation', 'a', 'app', arm.manifest.digest)).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_BAD_FLAG'),
  })
})

test('a list is pushed with its images, and others take it', async ({ tspod, directory }) => {
  const host = inject('registry')
  await using front = await startFront(host)
  const { arm } = await publishBoth('lists/source')
  const own = await imageFor('amd64')
  await push(host, 'lists/local', 'latest', own)
  const env = registriesEnv(directory, [front.host, host])
  const run = (...args: string[]) => tspod.with({ env }, ...args)
  await run('pull', '-q', `${host}/lists/local`)
  await run('manifest', 'create', 'app', `${host}/lists/local`)
  await run('manifest', 'add', '--arch', 'arm64', 'app', `docker://${host}/lists/source`)

  const digestFile = join(directory, 'digest')
  const target = `${front.host}/lists/target:v1`
  const pushed = await run('manifest', 'push', '-q', '--digestfile', digestFile, 'app', `docker://${target}`)
  expect(pushed).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  const raw = await skopeo('inspect', '--tls-verify=false', '--raw', `docker://${target}`)
  expect(JSON.parse(raw)).toEqual(JSON.parse((await run('manifest', 'inspect', 'app')).stdout))
  for (const [architecture, image] of [
    ['amd64', own],
    ['arm64', arm],
  ] as const) {
    const options = ['inspect', '--tls-verify=false', '--override-arch', architecture, '--format', '{{.Architecture}}']
    expect(await skopeo(...options, `docker://${target}`)).toBe(`${architecture}\n`)
    await run('pull', '-q', '--platform', `linux/${architecture}`, target)
    expect((await run('images', '-q', '--no-trunc', '--filter', `id=${idOf(image)}`)).stdout).toContain(idOf(image))
  }

  front.requests.length = 0
  expect(await run('manifest', 'push', '-q', '--rm', 'app', target)).toMatchObject({ exitCode: 0 })
  expect(front.requests.filter((request) => /^(POST|PATCH) /.test(request))).toEqual([])
  expect(await run('manifest', 'exists', 'app')).toMatchObject({ exitCode: 1 })
})

test('a list is changed by one command at a time', async ({ tspod }) => {
  const { amd } = await publishBoth('lists/turns')
  const id = (await tspod('manifest', 'create', 'app', 'lists/turns')).stdout.trimEnd()
  const inspected = async () => (await tspod('manifest', 'inspect', 'app')).stdout
  let annotating: ReturnType<typeof tspod>
  {
    await using _adding = await holdLock(tspod, `manifest-list-${id}`, '--exclusive')
    annotating = tspod('manifest', 'annotate', '--annotation', 'a=b', 'app', amd.manifest.digest)
    // Each takes as long as the change would.
    for (let looks = 0; looks < 3; looks++) expect(await inspected()).not.toContain('annotations')
  }
  expect(await annotating).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await inspected()).toContain('annotations')
})

async function skopeo(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await resultOf(startChild('skopeo', args))
  if (exitCode !== 0) throw new Error(`skopeo ${args.join(' ')} failed: ${stderr}`)
  return stdout
}

test('run starts the image of a list that is for this platform', async ({ tspod }) => {
  await tspod('pull', '-q', 'alpine')
  await tspod('manifest', 'create', 'boxes:1', 'alpine')
  const ran = await tspod('run', '--rm', '--network=none', 'boxes:1', 'echo', 'hi')
  expect(ran).toEqual({ exitCode: 0, stdout: 'hi\n', stderr: '' })
  const other = await tspod('run', '--rm', '--network=none', '--platform', 'linux/s390x', 'boxes:1', 'true')
  expect(other).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('[E_NO_PLATFORM]') })
})
