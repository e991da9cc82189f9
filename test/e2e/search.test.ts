import { join } from 'node:path'
import { inject } from 'vitest'
import { test as base, expect } from '../support/fixtures.ts'
import { startFront } from '../support/front.ts'
import { registriesEnv } from '../support/registries-conf.ts'
import { push, startRegistry, type TestRegistry } from '../support/registry.ts'
import { imageOf, tarOf } from '../support/tar-image.ts'

const test = base.extend<{ registry: TestRegistry; env: Record<string, string> }>({
  registry: async ({ directory }, use) => {
    await using registry = await startRegistry(join(directory, 'registry'))
    const image = imageOf([await tarOf([{ name: 'a' }])])
    for (const name of ['team/app', 'team/application', 'team/other']) await push(registry.host, name, 'v1', image)
    for (const tag of ['v2', 'v3']) await push(registry.host, 'team/app', tag, image)
    await use(registry)
  },
  env: async ({ directory, registry }, use) => await use(registriesEnv(directory, [registry.host])),
})

test('a registry without a search of its own is searched by its catalog', async ({ tspod, registry, env }) => {
  const { host } = registry
  const search = async (...argv: string[]) => await tspod.with({ env }, 'search', ...argv)
  const lines = ['app', 'application'].map((name) => `${host}/team/${name}`)
  expect((await search('app')).stdout.split('\n').map((line) => line.trim())).toEqual(
    ['NAME', ...lines, ''].map((line) => (line === 'NAME' ? expect.stringMatching(/^NAME +DESCRIPTION$/) : line)),
  )
  expect((await search('--format', '{{.Name}}', `${host}/team/app`)).stdout).toBe(`${lines.join('\n')}\n`)
  expect((await search('--format={{.Name}}', '--limit=1', 'app')).stdout).toBe(`${lines[0]}\n`)
  expect(await search('nothing-like-it')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  const [found] = JSON.parse((await search('--format=json', 'other')).stdout)
  expect(found).toEqual({
    Index: host,
    Name: `${host}/team/other`,
    Description: '',
    Stars: 0,
    Official: '',
    Automated: '',
    Tag: '',
  })
})

test('the tags of a repository are listed', async ({ tspod, registry, env }) => {
  const { host } = registry
  const list = async (...argv: string[]) => await tspod.with({ env }, 'search', '--list-tags', ...argv)
  const name = `${host}/team/app`
  expect((await list('team/app')).stdout).toMatch(new RegExp(`^NAME +TAG\n(${name} +v[123]\n){3}$`))
  expect((await list('--format={{.Tag}}', '--limit=2', name)).stdout).toMatch(/^v[123]\nv[123]\n$/)
  const [listed] = JSON.parse((await list('--format=json', name)).stdout)
  // docker-registry lists them in no order.
  expect({ ...listed, Tags: listed.Tags.sort() }).toEqual({ Name: name, Tags: ['v1', 'v2', 'v3'] })
  expect(await list(`${host}/no/such`)).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/\[E_IMAGE_NOT_FOUND\]/),
  })
  expect(await list(`${name}:v1`)).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/\[E_BAD_REFERENCE\]/),
  })
})

base("a registry's own search is used where it has one", async ({ tspod, directory }) => {
  const results = [
    {
      name: 'alpine',
      description: `A minimal\n\u001b[31mimage ${'of all '.repeat(20)}`,
      star_count: 9000,
      is_official: true,
    },
    { name: 'team/alpine', description: 'ours', star_count: 3, is_automated: true },
  ]
  await using front = await startFront(inject('registry'), {
    instead: ({ url }, response) => {
      if (!url?.startsWith('/v1/search')) return false
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ results }))
      return true
    },
  })
  const env = registriesEnv(directory, [front.host])
  const search = async (...argv: string[]) => (await tspod.with({ env }, 'search', ...argv, 'alpine')).stdout
  const [headings, first, second] = (await search()).split('\n')
  expect(headings).toMatch(/^NAME +DESCRIPTION$/)
  expect(first).toMatch(new RegExp(`^${front.host}/alpine +A minimal .31mimage of all.*\\.\\.\\.$`))
  expect(first).not.toContain('\u001b')
  expect(second).toMatch(new RegExp(`^${front.host}/team/alpine +ours$`))
  expect(await search('--no-trunc')).toContain('of all of all of all of all of all of all of all')
  expect(await search('--filter=stars=10', '--format={{.Stars}}')).toBe('9000\n')
  expect(await search('-f', 'is-official=false', '--format={{.Name}}')).toBe(`${front.host}/team/alpine\n`)
  expect(front.requests[0]).toBe('GET /v1/search?q=alpine&n=25')
  const bad = await tspod.with({ env }, 'search', '-f', 'colour=red', 'alpine')
  expect(bad).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/\[E_BAD_FILTER\]/) })
})

base('a registry that cannot be searched does not keep the others from it', async ({ tspod, directory }) => {
  await using mute = await startFront(inject('registry'), {
    instead: (_request, response) => Boolean(response.writeHead(404).end()),
  })
  const env = registriesEnv(directory, [mute.host, inject('registry')])
  const both = await tspod.with({ env }, 'search', '--format={{.Name}}', 'alpine')
  expect(both).toMatchObject({ exitCode: 0, stdout: `${inject('registry')}/library/alpine\n` })
  expect(both.stderr).toBe(`${mute.host} cannot be searched\n`)
  const alone = await tspod.with({ env }, 'search', `${mute.host}/alpine`)
  expect(alone).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/\[E_SEARCH_UNSUPPORTED\]\nhint: /) })
})
