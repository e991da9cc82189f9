import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ownIdMap, planIdMap } from './id-map.ts'
import { parseGetsubids, parseSubids } from './parse-subids.ts'
import { findSubids } from './subids.ts'

const ME = { name: 'me', uid: 1000 }
const never = () => {
  throw new Error('getsubids was run')
}

test('lines by name and by uid, with white space and comments', () => {
  const text = '# me:1:1\n\nother:100000:65536\n  me : 200000 : 65536  \n1000:300000:10\r\nme2:5:5\n'
  expect(parseSubids(text, ME, '/etc/subuid')).toEqual({
    ranges: [
      { start: 200000, count: 65536 },
      { start: 300000, count: 10 },
    ],
    notices: [],
  })
})

test('what is wrong or overlaps is left out with a notice', () => {
  const text = 'me:100000:65536\nme:165535:10\nme:x:1\nme:1:2:3\nme:4294967290:10\nme:5:0\nother:x:y\n'
  const { ranges, notices } = parseSubids(text, ME, '/etc/subuid')
  expect(ranges).toEqual([{ start: 100000, count: 65536 }])
  expect(notices).toEqual([
    '/etc/subuid, line 2: left out, because it overlaps a range before it',
    ...[3, 4, 5, 6].map((line) => `/etc/subuid, line ${line}: left out, because it is not a range of ids`),
  ])
})

test('a user without a name in the database is found by uid alone', () => {
  expect(parseSubids(':1:1\n1000:100000:1\n', { name: '', uid: 1000 }, 'f').ranges).toEqual([
    { start: 100000, count: 1 },
  ])
})

test('getsubids', () => {
  const output = '0: me 100000 65536\n1: me 300000 65536\nError fetching ranges\n'
  expect(parseGetsubids(output, ME).ranges.map(({ start }) => start)).toEqual([100000, 300000])
})

test('getsubids is asked only where the files have nothing and nsswitch.conf says so', () => {
  const files = { subuid: 'me:100000:65536\n', subgid: '', nsswitch: 'passwd: files\n' }
  expect(findSubids(ME, files, never)).toEqual({ subuids: [{ start: 100000, count: 65536 }], subgids: [], notices: [] })
  expect(findSubids(ME, { ...files, nsswitch: 'subid: files # sss' }, never).subgids).toEqual([])
  const asked: string[] = []
  const found = findSubids(ME, { ...files, nsswitch: 'subid: sss\n' }, (file, argv) => {
    asked.push([file, ...argv].join(' '))
    return { exitCode: 0, stdout: '0: me 500000 10\n' }
  })
  expect(asked).toEqual(['getsubids -g me'])
  expect(found.subgids).toEqual([{ start: 500000, count: 10 }])
  expect(findSubids(ME, { ...files, nsswitch: 'subid: sss\n' }, () => undefined).subgids).toEqual([])
})

const RANGES = {
  subuids: [{ start: 100000, count: 65536 }],
  subgids: [
    { start: 200000, count: 5 },
    { start: 300000, count: 7 },
  ],
}

test('0 is the caller, and the ranges follow without gaps', () => {
  expect(planIdMap({ uid: 1000, gid: 100, ...RANGES, newidmap: true })).toEqual({
    uids: [
      [0, 1000, 1],
      [1, 100000, 65536],
    ],
    gids: [
      [0, 100, 1],
      [1, 200000, 5],
      [6, 300000, 7],
    ],
    warnings: [],
  })
})

test('the caller’s own id is cut out of a range', () => {
  const range = [{ start: 999, count: 10 }]
  const map = planIdMap({ uid: 1000, gid: 999, subuids: range, subgids: range, newidmap: true })
  expect(map.uids).toEqual([
    [0, 1000, 1],
    [1, 999, 1],
    [2, 1001, 8],
  ])
  expect(map.gids).toEqual([
    [0, 999, 1],
    [1, 1000, 9],
  ])
})

test.for([
  [{ newidmap: false, installHint: 'do this' }, 'newgidmap are not installed (do this)'],
  [
    { subgids: [] },
    'no range in /etc/subgid (sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 me)',
  ],
  [{ subuids: [], subgids: [] }, '/etc/subuid and /etc/subgid'],
] as const)('the caller is alone, and is told what to do: %j', ([more, words]) => {
  const map = planIdMap({ uid: 1000, gid: 100, name: 'me', ...RANGES, newidmap: true, notices: ['a notice'], ...more })
  expect(map).toMatchObject({ uids: [[0, 1000, 1]], gids: [[0, 100, 1]] })
  expect(map.warnings).toEqual(['a notice', expect.stringContaining(words)])
})

test('whatever the files hold, each id has one place on either side', () => {
  const line = fc.tuple(
    fc.constantFrom('me', '1000', 'x', '#'),
    fc.integer({ min: -5, max: 2000 }),
    fc.integer({ min: -1, max: 2000 }),
  )
  const text = fc
    .array(
      fc.oneof(
        fc.string(),
        line.map((fields) => fields.join(':')),
      ),
    )
    .map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, (content) => {
      const { ranges } = parseSubids(content, ME, 'f')
      expect(parseGetsubids(content, ME).ranges).toBeInstanceOf(Array)
      const { uids } = planIdMap({ uid: 1000, gid: 1000, subuids: ranges, subgids: ranges, newidmap: true })
      const outside = uids.map(([, start, count]) => [start, start + count] as const).sort(([a], [b]) => a - b)
      for (const [index, [start]] of outside.entries())
        expect(start).toBeGreaterThanOrEqual(outside[index - 1]?.[1] ?? 0)
      let next = 0
      for (const [inside, , count] of uids) {
        expect(inside).toBe(next)
        next += count
      }
    }),
    { numRuns: 200 },
  )
})

test("a container's root has all ids there are, each as itself, and never as many as the machine's own root", () => {
  const all = { extents: [{ start: 0, size: 2 ** 32 - 1 }], ofMachine: [] }
  const some = {
    extents: [
      { start: 0, size: 1 },
      { start: 1, size: 65_536 },
    ],
    ofMachine: [],
  }
  expect(ownIdMap({ uids: some, gids: all })).toEqual({
    uids: [
      [0, 0, 1],
      [1, 1, 65_536],
    ],
    gids: [[0, 0, 2 ** 31 - 1]],
    warnings: [],
  })
})
