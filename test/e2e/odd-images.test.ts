import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import { publishLayers } from '../support/layered-images.ts'
import { imageOf, tarOf } from '../support/tar-image.ts'
import type { Tspod } from '../support/tspod.ts'

const sh = (tspod: Tspod, flags: readonly string[], script: string) =>
  tspod('run', '-q', '--network=none', '--rm', ...flags, 'alpine', 'sh', '-c', script)

test('nothing is mounted over /proc, neither by the user nor by an image', async ({ tspod }) => {
  for (const flag of ['-v=x:/proc', '-v=/tmp:/proc/sys/net', '--tmpfs=/proc/sys', '--mount=type=volume,dst=/proc/']) {
    const { exitCode, stderr } = await sh(tspod, [flag], 'true')
    expect({ exitCode, stderr }, flag).toMatchObject({
      exitCode: 125,
      stderr: expect.stringMatching(
        /^error: nothing can be mounted on "\/proc[^"]*": [^\n]* \[E_BAD_VOLUME\]\nhint: [^\n]+\n$/,
      ),
    })
  }
  expect((await tspod('volume', 'ls', '-q')).stdout).toBe('')
  expect(await sh(tspod, ['-v=/proc:/proc'], 'test -e /proc/self')).toMatchObject({ exitCode: 0, stderr: '' })

  await sh(tspod, ['--name=box', '--rm=false'], 'true')
  await tspod('commit', '-q', '-c', 'VOLUME ["/proc","/sys/fs/cgroup","/data"]', 'box', 'odd')
  const run = await tspod(
    'run',
    '--network=none',
    'odd',
    'sh',
    '-c',
    'ls -d /proc/self /data; grep -c " /data " /proc/self/mountinfo',
  )
  expect(run).toMatchObject({ exitCode: 0, stdout: '/data\n/proc/self\n1\n' })
  expect(run.stderr.match(/the image wants a volume at "[^"]*"/g)).toEqual([
    'the image wants a volume at "/proc"',
    'the image wants a volume at "/sys/fs/cgroup"',
  ])
})

test.for([['none'], ['named'], ['slirp4netns']])(
  'a container whose /etc/hosts and resolv.conf became huge starts again, with new ones: %s',
  async ([network], { tspod }) => {
    await tspod('network', 'create', 'named')
    const script = 'cat /etc/hosts; for file in hosts resolv.conf; do head -c 3000000 /dev/zero > /etc/$file; done'
    const flags = [`--network=${network}`, '--name=huge', '--hostname=here', '--add-host=db:10.0.0.7']
    const first = await tspod('run', '-q', ...flags, 'alpine', 'sh', '-c', script)
    expect(first.stdout).toContain('10.0.0.7\tdb\n')
    const again = await tspod('start', '-a', 'huge')
    expect(again).toMatchObject({ exitCode: 0, stdout: first.stdout })
    expect(again.stderr).toMatch(/container huge made its \/etc\/hosts larger than 1048576 bytes: it gets a new one\n/)
  },
)

test('a home with a NUL byte is said to be the image’s', async ({ tspod }) => {
  const passwd = { name: 'etc/passwd', content: 'root:x:0:0::/root\0x:/bin/sh\n' }
  await publishLayers(inject('registry'), 'odd/passwd', [[passwd]])
  const { exitCode, stderr } = await tspod('run', '-q', '--network=none', 'odd/passwd', '/x')
  expect(exitCode).toBe(125)
  expect(stderr).toMatch(
    /^error: the home of user "root" in the image's \/etc\/passwd has a NUL byte \[E_BAD_IMAGE\]\nhint: /,
  )
})

test('an image that a layout has many times is loaded, and named, once', async ({ tspod, directory }) => {
  const image = imageOf([await tarOf([{ name: 'x', content: 'x' }])])
  const { digest, bytes, mediaType } = image.manifest
  const annotations = { 'io.containerd.image.name': 'docker.io/odd/many:1' }
  const manifests = Array.from({ length: 100 }, () => ({ mediaType, digest, size: bytes.length, annotations }))
  const blobs = [image.manifest, image.config, ...image.layers]
  const files = [
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    { name: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests }) },
    ...blobs.map((blob) => ({ name: `blobs/sha256/${blob.digest.slice('sha256:'.length)}`, content: blob.bytes })),
  ]
  writeFileSync(join(directory, 'many.tar'), await tarOf(files))
  expect((await tspod('load', '-q', '-i', join(directory, 'many.tar'))).stdout).toBe(
    'Loaded image: docker.io/odd/many:1\n',
  )
})
