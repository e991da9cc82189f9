import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { type FilterContext, matchesAll, parseContainerFilters } from './filter.ts'

const base = {
  imageId: 'f00d'.padEnd(64, '0'),
  imageName: 'docker.io/library/alpine:latest',
  status: 'running',
  exitCode: null,
  labels: { app: 'web', 'a.b': '' },
  command: ['sh', '-c', 'true'],
  stoppedByUser: false,
  config: {
    version: 1,
    networkMode: 'slirp4netns',
    restart: { name: 'always', maximumRetryCount: 0 },
    exposed: ['90/udp'],
    ports: [{ hostIp: '', hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
    volumes: [{ type: 'volume', name: 'data', source: '/v/data', destination: '/data' }],
  },
} as unknown as ContainerRow
const ROWS: ContainerRow[] = [
  { ...base, id: 'aa11', name: 'web-1', createdAtMs: 1 },
  {
    ...base,
    id: 'bb22',
    name: 'web-2',
    podId: 'p0d',
    createdAtMs: 2,
    status: 'exited',
    exitCode: 3,
    labels: { app: 'db' },
  },
  {
    ...base,
    id: 'cc33',
    name: 'old',
    createdAtMs: 3,
    status: 'created',
    labels: {},
    imageName: 'localhost/x:1',
    imageId: null,
    command: ['sleep'],
    config: { version: 1, networkMode: 'none', volumes: [] },
  },
]
const context: FilterContext = {
  resolve: (ref) => ROWS.find(({ name }) => name === ref) ?? { createdAtMs: 0 },
  health: ({ name }) => (name === 'web-1' ? 'healthy' : ''),
  networks: ({ name }) => (name === 'net' ? ['shop', 'f00'] : []),
  pods: (value) => new Set(value === 'shop' ? ['p0d'] : []),
  family: (image) => new Set(image === 'parent' ? [base.imageId ?? ''] : []),
}

test.for([
  [['name=web'], ['web-1', 'web-2']],
  [['name=^old$'], ['old']],
  [
    ['name=web-1', 'name=old'],
    ['web-1', 'old'],
  ],
  [['id=bb'], ['web-2']],
  [['status=exited'], ['web-2']],
  [['status=stopped'], ['web-2']],
  [
    ['status=running', 'status=created'],
    ['web-1', 'old'],
  ],
  [['exited=3'], ['web-2']],
  [['exited=0'], []],
  [['label=app'], ['web-1', 'web-2']],
  [['label=app=web'], ['web-1']],
  [['label=app', 'label=a.b'], ['web-1']],
  [['label!=app'], ['old']],
  [['label=toString'], []],
  [['ancestor=alpine'], ['web-1', 'web-2']],
  [['ancestor=alpine:latest'], ['web-1', 'web-2']],
  [['ancestor=f00d'], ['web-1', 'web-2']],
  [['ancestor=x'], ['old']],
  [['ancestor=parent'], ['web-1', 'web-2']],
  [['id=^(bb|cc)'], ['web-2', 'old']],
  [['name=/old'], ['old']],
  [['name=^/web-1$'], ['web-1']],
  [['name=/eb'], []],
  [['name=(?i)WEB'], ['web-1', 'web-2']],
  [['status=configured'], ['old']],
  [['status=paused'], []],
  [['health=healthy'], ['web-1']],
  [['health=none'], ['web-2', 'old']],
  [['volume=data'], ['web-1', 'web-2']],
  [['volume=/data'], ['web-1', 'web-2']],
  [['network=bridge'], ['web-1', 'web-2']],
  [['network=none'], ['old']],
  [['publish=8080'], ['web-1', 'web-2']],
  [['publish=8079-8081/tcp'], ['web-1', 'web-2']],
  [['publish=8080/udp'], []],
  [['publish=80'], []],
  [['publish=90/udp'], []],
  [['expose=90/udp'], ['web-1', 'web-2']],
  [['restart-policy=none'], ['old']],
  [['restart-policy=always'], ['web-1', 'web-2']],
  [['should-start-on-boot=true'], ['web-1', 'web-2']],
  [['command=sleep'], ['old']],
  [['pod=x'], []],
  [['pod=shop'], ['web-2']],
  [['is-task=false', 'name=old'], ['old']],
  [['is-task=true'], []],
  [['before=web-2'], ['web-1']],
  [['since=web-2'], ['old']],
  [['name=web', 'status=running'], ['web-1']],
] as const)('%j', ([filters, names]) => {
  const parsed = parseContainerFilters(filters, context)
  expect(ROWS.filter((row) => matchesAll(row, parsed)).map(({ name }) => name)).toEqual(names)
})

test('a container in networks with names is found by them alone', () => {
  const row = { ...base, name: 'net', config: { version: 1, networkMode: 'bridge', volumes: [] } }
  const isIn = (network: string) => matchesAll(row, parseContainerFilters([`network=${network}`], context))
  expect(['shop', 'f00', 'bridge', 'other'].map(isIn)).toEqual([true, true, false, false])
})

test.for([
  'nam=x',
  'name',
  'exited=x',
  'health=fine',
  'publish=x',
  'publish=9-1',
  'is-task=maybe',
  'until=x',
  'status=asleep',
  'name=(',
  'toString=x',
  '',
])('%j is no filter', (filter) => {
  expect(() => parseContainerFilters([filter], context)).toThrow(expect.objectContaining({ code: 'E_BAD_FILTER' }))
})

test('never anything but a TspodError', () => {
  const filter = fc.oneof(
    fc.string(),
    fc
      .tuple(
        fc.constantFrom('id', 'name', 'label', 'label!', 'status', 'exited', 'publish', 'health', 'until'),
        fc.string(),
      )
      .map((pair) => pair.join('=')),
  )
  fc.assert(
    fc.property(filter, (text) => {
      try {
        parseContainerFilters([text], context)
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 300 },
  )
})
