import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { inject } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import { startFront } from '../support/front.ts'
import { registriesEnv } from '../support/registries-conf.ts'
import { push } from '../support/registry.ts'
import { imageOf, tarOf } from '../support/tar-image.ts'
import { resultOf, type Tspod, tspodOver } from '../support/tspod.ts'
import { until } from '../support/until.ts'

/** Larger than what is unpacked without a thread, and than what node reads at once. */
const LAYER_BYTES = 2 << 20

/** Passes answers on up to so many bytes of body in all; then it says so, and goes silent. */
function stopAfter(registry: string, bytes: number) {
  let left = bytes
  let reached = (): void => {}
  const silent = new Promise<void>((resolve) => {
    reached = resolve
  })
  const instead = (request: IncomingMessage, response: ServerResponse): boolean => {
    void (async () => {
      const answer = await fetch(`http://${registry}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { accept: request.headers.accept ?? '*/*' },
      })
      const body = Buffer.from(await answer.arrayBuffer())
      const headers = Object.fromEntries(answer.headers)
      response.writeHead(
        answer.status,
        request.method === 'HEAD' ? headers : { ...headers, 'content-length': body.length },
      )
      const part = body.subarray(0, Math.max(left, 0))
      left -= body.length
      if (left >= 0) response.end(part)
      else if (part.length > 0) response.write(part, reached)
      else {
        response.flushHeaders()
        reached()
      }
    })()
    return true
  }
  return { instead, silent }
}

function leftovers({ root }: Tspod): string[] {
  return ['layers', 'tmp', 'containers'].flatMap((name) =>
    existsSync(join(root, name)) ? readdirSync(join(root, name)).map((entry) => `${name}/${entry}`) : [],
  )
}

test('a pull that is killed after any number of bytes leaves no image, and the next one succeeds', {
  timeout: 120_000,
}, async ({ directory }) => {
  const registry = inject('registry')
  const content = () => randomBytes(LAYER_BYTES)
  const image = imageOf(
    [await tarOf([{ name: 'first', content: content() }]), await tarOf([{ name: 'second', content: content() }])],
    { compression: ['gzip', 'zstd'] },
  )
  await push(registry, 'team/killed', 'latest', image)
  const sizes = [image.manifest, image.config, ...image.layers].map(({ bytes }) => bytes.length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const small = (sizes[0] ?? 0) + (sizes[1] ?? 0)
  const moments = [
    0,
    100,
    sizes[0] ?? 0,
    small - 1,
    small,
    small + 1,
    small + 100_000,
    total / 4,
    total / 2,
    (total * 3) / 4,
    total - 1,
  ]
  for (const bytes of moments.map(Math.floor)) {
    const { instead, silent } = stopAfter(registry, bytes)
    await using front = await startFront(registry, { instead })
    const tspod = tspodOver(join(directory, `after-${bytes}`), {})
    mkdirSync(join(directory, `after-${bytes}`))
    const child = tspod.spawn(['pull', '-q', 'team/killed'], { env: registriesEnv(directory, [front.host]) })
    const ended = resultOf(child)
    await Promise.race([silent, ended])
    child.kill('SIGKILL')
    expect(await ended, `${bytes} bytes`).toEqual({ exitCode: 137, stdout: '', stderr: '' })
    expect(await tspod('images', '-q'), `${bytes} bytes`).toMatchObject({ exitCode: 0, stdout: '' })

    const env = registriesEnv(directory, [registry])
    expect(await tspod.with({ env }, 'pull', '-q', 'team/killed')).toMatchObject({ exitCode: 0, stderr: '' })
    expect(leftovers(tspod).filter((name) => name.startsWith('tmp/'))).toEqual([])
    expect(await tspod.with({ env }, 'rmi', 'team/killed')).toMatchObject({ exitCode: 0 })
    expect(leftovers(tspod), `${bytes} bytes`).toEqual([])
  }
})

test('a pull that is killed while it unpacks leaves nothing that the next one does not sweep', async ({
  tspod,
  directory,
}) => {
  const registry = inject('registry')
  const entries = Array.from({ length: 3000 }, (_, index) => ({ name: `file-${index}`, content: `${index}` }))
  await push(registry, 'team/many-files', 'latest', imageOf([await tarOf(entries)]))
  const env = registriesEnv(directory, [registry])
  const child = tspod.spawn(['pull', '-q', 'team/many-files'], { env })
  const ended = resultOf(child)
  const temporary = join(tspod.root, 'tmp')
  const isUnpacking = () =>
    existsSync(temporary) &&
    readdirSync(temporary).some((name) => name.startsWith('layer-') && filesIn(join(temporary, name)) > 10)
  await until('files appear', () => isUnpacking() || child.exitCode !== null)
  child.kill('SIGKILL')
  expect(await ended).toMatchObject({ exitCode: 137 })
  expect(await tspod('images', '-q')).toMatchObject({ exitCode: 0, stdout: '' })
  expect(await tspod.with({ env }, 'pull', '-q', 'team/many-files')).toMatchObject({ exitCode: 0 })
  expect(readdirSync(temporary)).toEqual([])
})

test('what a load that was killed leaves is no fault, and is counted when it is removed', async ({
  tspod,
  directory,
}) => {
  const content = randomBytes(LAYER_BYTES)
  const entries = Array.from({ length: 8000 }, (_, index) => ({ name: `file-${index}`, content: `${index}` }))
  const image = imageOf([await tarOf([{ name: 'noise', content }]), await tarOf(entries)])
  const registry = inject('registry')
  await push(registry, 'team/loaded', 'latest', image)
  const archive = join(directory, 'loaded.tar')
  const env = registriesEnv(directory, [registry])
  await tspod.with({ env }, 'pull', '-q', 'team/loaded')
  await tspod('save', '--format=oci-archive', '-o', archive, 'team/loaded')
  await tspod('rmi', 'team/loaded')

  const child = tspod.spawn(['load', '-q', '-i', archive])
  const ended = resultOf(child)
  const blobs = join(tspod.root, 'blobs/sha256')
  const isNoiseThere = (): boolean =>
    existsSync(blobs) && readdirSync(blobs).some((name) => statSync(join(blobs, name)).size > LAYER_BYTES)
  await until('the first layer is there', () => isNoiseThere() || child.exitCode !== null)
  child.kill('SIGKILL')
  expect(await ended).toMatchObject({ exitCode: 137 })
  const checked = await tspod('system', 'check')
  expect(checked).toMatchObject({ exitCode: 0, stdout: '' })
  expect(checked.stderr).toMatch(
    /^unfinished: \d+ parts of images, \S+MB, that no image has: [^\n]*"tspod image prune"[^\n]*\n$/,
  )
  expect((await tspod('system', 'prune', '-f')).stdout).toMatch(/^Total reclaimed space: \S+MB\n$/)
  expect(leftovers(tspod).filter((name) => name !== 'layers/empty')).toEqual([])
  expect(await tspod('system', 'check')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
})

function filesIn(directory: string): number {
  try {
    return readdirSync(directory).length
  } catch {
    return 0
  }
}
