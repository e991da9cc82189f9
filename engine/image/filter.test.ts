import { expect, test } from 'vitest'
import { parseImageFilters } from './filter.ts'
import { imageForTest } from './image-for-test.ts'

const NOW = Date.parse('2024-05-02T10:00:00Z')
const alpine = imageForTest(['a'], {
  names: ['docker.io/library/alpine:3.20'],
  repoDigests: [`docker.io/library/alpine@sha256:${'1'.repeat(64)}`],
  containers: 2,
})
const labels = { app: 'web', tier: 'front' }
const own = imageForTest(['b'], {
  names: ['localhost/team/app:1'],
  createdAtMs: NOW - 3_600_000,
  config: { ...alpine.config, labels },
})
const dangling = imageForTest(['c'])
const intermediate = imageForTest(['d'], { isIntermediate: true })
const list = imageForTest([], { names: ['localhost/list:1'], isManifestList: true })
const all = { alpine, own, dangling, intermediate, list }

const context = { nowMs: NOW, createdAtMs: (ref: string) => (ref === 'own' ? own.createdAtMs : 0) }

// biome-ignore format: a table
test.for([
  [[], 'alpine own dangling intermediate list'],
  [['dangling=true'], 'dangling'],
  [['dangling=false'], 'alpine own intermediate list'],
  [['intermediate=true'], 'intermediate'],
  [['reference=alpine'], 'alpine'],
  [['reference=alpine:3.20'], 'alpine'],
  [['reference=library/alp*'], 'alpine'],
  [['reference=lpine'], ''],
  [['reference=*'], 'alpine own list'],
  [['reference=team/app'], 'own'],
  [['reference=a??'], 'own'],
  [['reference=alpine', 'reference=app'], 'alpine own'],
  [['label=app'], 'own'],
  [['label=app=web', 'label=tier=front'], 'own'],
  [['label=app=web', 'label=tier=back'], ''],
  [['label!=app'], 'alpine dangling intermediate list'],
  [['before=own'], 'alpine dangling intermediate list'],
  [['since=own'], ''],
  [['after=other'], 'alpine own dangling intermediate list'],
  [['until=2h'], 'alpine dangling intermediate list'],
  [['until=2024-05-02T09:30:00Z'], 'alpine own dangling intermediate list'],
  [['readonly=true'], ''],
  [['readonly=false', 'label=app'], 'own'],
  [['containers=true'], 'alpine'],
  [['manifest=true'], 'list'],
  [[`digest=${own.manifestDigest}`], 'own'],
  [[`id=${own.id.slice(0, 6)}`], 'own'],
  [[`id=sha256:${own.id}`], 'own'],
] as const)('%j', ([filters, expected]) => {
  const matches = parseImageFilters(filters, context)
  const found = Object.entries(all).flatMap(([name, image]) => (matches(image) ? [name] : []))
  expect(found.join(' ')).toBe(expected)
})

test.for([['color=red'], ['dangling'], ['dangling=perhaps'], ['until=soon'], ['toString=1']])(
  '%s is refused',
  ([filter = '']) => {
    expect(() => parseImageFilters([filter], context)).toThrow(expect.objectContaining({ code: 'E_BAD_FILTER' }))
  },
)

test('a command that takes fewer keys says which', () => {
  expect(() => parseImageFilters(['digest=x'], context, ['until', 'label'])).toThrow(
    expect.objectContaining({ code: 'E_BAD_FILTER', hint: 'use KEY=VALUE with one of until, label' }),
  )
})
