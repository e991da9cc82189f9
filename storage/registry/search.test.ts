import { expect, test } from 'vitest'
import { startFakeRegistry, status } from './fake-registry.ts'
import { searchRegistry } from './search.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

async function search(answers: Record<string, ReturnType<typeof status>>, limit = 10) {
  await using registry = await startFakeRegistry()
  for (const [part, answer] of Object.entries(answers)) registry.once(part, answer)
  const endpoint = { ...registry.endpoint, repositoryPath: '' }
  const found = await searchRegistry(endpoint, 'app', { userAgent: 'tspod/test', retry: { tries: 1 }, limit })
  return { found, lines: registry.requests.map(({ line }) => line) }
}

test('results that are odd are shown as far as they make sense', async () => {
  const results = [{ name: 'a\n\u001b[2Jb', description: 7, star_count: 'x' }, 'nonsense', { is_official: 'yes' }]
  const { found } = await search({ '/v1/search': status(200, JSON_TYPE, JSON.stringify({ results })) }, 2)
  const nothing = { description: '', stars: 0, isOfficial: false, isAutomated: false }
  expect(found).toEqual([
    { ...nothing, name: 'a [2Jb' },
    { ...nothing, name: '' },
  ])
})

test.for(['[', '{"results":7}', '[]'])('%s is no answer', async (body) => {
  await expect(search({ '/v1/search': status(200, JSON_TYPE, body) })).rejects.toMatchObject({
    code: 'E_REGISTRY_PROTOCOL',
  })
})

test('a page for people is no search', async () => {
  const answers = {
    '/v1/search': status(200, { 'content-type': 'text/html' }, '<html>'),
    '/v2/_catalog': status(200, {}, '{"repositories":["team/app","team/x"]}'),
  }
  const { found, lines } = await search(answers)
  expect(found.map(({ name }) => name)).toEqual(['team/app'])
  expect(lines).toEqual(['GET /v1/search?q=app&n=10', 'GET /v2/_catalog?n=1000'])
})
