import { expect, test } from 'vitest'
import { openRegistry } from './client.ts'
import { FAKE_REPOSITORY, startFakeRegistry, status } from './fake-registry.ts'

const LIST = `/v2/${FAKE_REPOSITORY}/tags/list`

function page(tags: unknown, link?: string) {
  return status(200, link === undefined ? {} : { link }, JSON.stringify({ name: FAKE_REPOSITORY, tags }))
}

async function listed(answers: readonly ReturnType<typeof page>[], limit?: number) {
  await using registry = await startFakeRegistry()
  for (const answer of answers) registry.once(LIST, answer)
  await using images = openRegistry([registry.endpoint], { userAgent: 'tspod/test', retry: { firstDelayMs: 1 } })
  const tags = await images.listTags(limit === undefined ? {} : { limit })
  return { tags, lines: registry.requests.map(({ line }) => line) }
}

test('tags come page by page, in the order of the registry', async () => {
  const { tags, lines } = await listed([
    page(['v2', 'v1'], `<${LIST}?n=2&last=v1>; rel="next"`),
    page(['a'], `</elsewhere>; rel=prev, <${LIST}?last=a>; title="x"; rel=next`),
    page(null),
  ])
  expect(tags).toEqual(['v2', 'v1', 'a'])
  expect(lines).toEqual([`GET ${LIST}?n=1000`, `GET ${LIST}?n=2&last=v1`, `GET ${LIST}?last=a`])
})

test('a limit ends it', async () => {
  const { tags, lines } = await listed([page(['a', 'b', 'c'], `<${LIST}?last=c>; rel="next"`)], 2)
  expect(tags).toEqual(['a', 'b'])
  expect(lines).toEqual([`GET ${LIST}?n=2`])
})

test('pages that lead elsewhere, or are none, end in an error', async () => {
  const refused = { code: 'E_REGISTRY_PROTOCOL' }
  await expect(listed([page(['a'], '<http://127.0.0.2:1/x>; rel="next"')])).rejects.toMatchObject(refused)
  await expect(listed([page(['a'], '<http://[>; rel="next"')])).rejects.toMatchObject(refused)
  for (const tags of ['x', [1], ['a b'], [''], ['\u001b[31m'], ['x'.repeat(501)]]) {
    await expect(listed([page(tags)])).rejects.toMatchObject(refused)
  }
  await expect(listed([status(200, {}, '[')])).rejects.toMatchObject(refused)
  await expect(listed([status(404)])).rejects.toMatchObject({ code: 'E_IMAGE_NOT_FOUND' })
})
