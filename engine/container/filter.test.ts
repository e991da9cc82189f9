import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { matchesAll, parseContainerFilters } from './filter.ts'

const base = {
  imageId: 'f00d'.padEnd(64, '0'),
  imageName: 'docker.io/library/alpine:latest',
  status: 'running',
  exitCode: null,
  labels: { app: 'web', 'a.b': '' },
} as unknown as ContainerRow
const ROWS: ContainerRow[] = [
  { ...base, id: 'aa11', name: 'web-1', createdAtMs: 1 },
  { ...base, id: 'bb22', name: 'web-2', createdAtMs: 2, status: 'exited', exitCode: 3, labels: { app: 'db' } },
  {
    ...base,
    id: 'cc33',
    name: 'old',
    createdAtMs: 3,
    status: 'created',
    labels: {},
    imageName: 'localhost/x:1',
    imageId: null,
  },
]
const resolve = (ref: string) => ROWS.find(({ name }) => name === ref) ?? { createdAtMs: 0 }

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
  [['before=web-2'], ['web-1']],
  [['since=web-2'], ['old']],
  [['name=web', 'status=running'], ['web-1']],
] as const)('%j', ([filters, names]) => {
  const parsed = parseContainerFilters(filters, resolve)
  expect(ROWS.filter((row) => matchesAll(row, parsed)).map(({ name }) => name)).toEqual(names)
})

test.for(['nam=x', 'name', 'exited=x', 'status=asleep', 'name=(', 'toString=x', ''])('%j is no filter', (filter) => {
  expect(() => parseContainerFilters([filter], resolve)).toThrow(expect.objectContaining({ code: 'E_BAD_FILTER' }))
})

test('never anything but a TspodError', () => {
  const filter = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.constantFrom('id', 'name', 'label', 'label!', 'status', 'exited'), fc.string())
      .map((pair) => pair.join('=')),
  )
  fc.assert(
    fc.property(filter, (text) => {
      try {
        parseContainerFilters([text], resolve)
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 300 },
  )
})
