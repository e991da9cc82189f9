import { expect, test } from 'vitest'
import type { RunRequest } from '../../request.ts'
import { parseUserns } from './parse-userns.ts'
import { planUserNamespace, type UserNamespaceInput } from './plan-user-namespace.ts'

/** The caller is 1000:100 of the machine and has the ranges 100000-165535 and 200000-200009. */
const IDS = {
  extents: [
    { start: 0, size: 1 },
    { start: 1, size: 65536 },
    { start: 65537, size: 10 },
  ],
  ofMachine: [
    { containerID: 0, hostID: 1000, size: 1 },
    { containerID: 1, hostID: 100000, size: 65536 },
    { containerID: 65537, hostID: 200000, size: 10 },
  ],
}
const ALONE = { extents: [{ start: 0, size: 1 }], ofMachine: [{ containerID: 0, hostID: 1000, size: 1 }] }

function plan(userns: string, more: Partial<UserNamespaceInput> = {}, request: Partial<RunRequest> = {}) {
  return planUserNamespace({
    mode: parseUserns(userns),
    request,
    caller: { uid: 1000, gid: 100 },
    rootless: true,
    uids: IDS,
    gids: IDS,
    taken: () => [],
    neededIds: () => 2000,
    ...more,
  })
}

/** As in /proc/PID/uid_map. */
function uidLines(userns: string, more: Partial<UserNamespaceInput> = {}, request: Partial<RunRequest> = {}): string[] {
  return (plan(userns, more, request)?.uids ?? []).map((line) => Object.values(line).join(' '))
}

test.for(['', 'host', 'private'])('--userns %j: all ids of the caller, as they are', (userns) => {
  expect(plan(userns)).toBeUndefined()
})

test("keep-id: the caller's ids keep their numbers, the others stand around them", () => {
  expect(uidLines('keep-id')).toEqual(['0 1 1000', '1000 0 1', '1001 1001 64536', '65537 65537 10'])
  const gids = plan('keep-id')?.gids.map((line) => Object.values(line).join(' '))
  expect(gids).toEqual(['0 1 100', '100 0 1', '101 101 65436', '65537 65537 10'])
  expect(plan('keep-id')).toMatchObject({ isIdentity: false, keeps: { uid: 1000, gid: 100, renamed: false } })
})

test('keep-id with another number, a size, or the caller alone', () => {
  expect(uidLines('keep-id:uid=0')).toEqual(['0 0 1', '1 1 65536', '65537 65537 10'])
  expect(plan('keep-id:uid=0,gid=0')).toMatchObject({ isIdentity: true, keeps: { uid: 0, renamed: true } })
  expect(uidLines('keep-id:size=1500')).toEqual(['0 1 1000', '1000 0 1', '1001 1001 499'])
  expect(uidLines('keep-id:size=11')).toEqual(['0 1 10', '1000 0 1'])
  expect(uidLines('keep-id', { uids: ALONE, gids: ALONE })).toEqual(['1000 0 1'])
  expect(uidLines('keep-id:uid=70000')).toEqual(['0 1 65536', '65536 65537 10', '70000 0 1'])
})

test('nomap: the caller is not among them', () => {
  expect(uidLines('nomap')).toEqual(['0 1 65536', '65536 65537 10'])
  expect(() => plan('nomap', { uids: ALONE, gids: ALONE })).toThrow('the user ids none are not all among yours')
})

test('auto: the first range that nobody has', () => {
  expect(uidLines('auto')).toEqual(['0 1 2000'])
  expect(uidLines('auto:size=500', { taken: () => [{ start: 1, size: 2000 }] })).toEqual(['0 2001 500'])
  expect(uidLines('auto:size=65000,uidmapping=7:0:1')).toEqual(['0 1 7', '7 0 1', '8 9 64992'])
  expect(() => plan('auto:size=65537', { taken: () => [{ start: 10, size: 1 }] })).toThrow('no range of 65537 ids')
})

test('explicit maps: given for one kind they are for both', () => {
  const both = plan('', {}, { uidmap: ['0:1:10', '10:0'] })
  expect(both?.uids).toEqual(both?.gids)
  expect(uidLines('', {}, { uidmap: ['0:1:10', '10:0'] })).toEqual(['0 1 10', '10 0 1'])
  expect(uidLines('', {}, { uidmap: ['0:0:100', '+50:@1000:1'] })).toEqual(['1 1 49', '50 0 1', '51 51 49'])
  expect(uidLines('', {}, { uidmap: ['0:@200003:2'] })).toEqual(['0 65540 2'])
  const extended = plan('', {}, { gidmap: ['+g70000:@100004:1'] })
  expect(extended?.uids.map(({ size }) => size)).toEqual([1, 65536, 10])
  expect(extended?.gids).toContainEqual({ containerID: 70000, hostID: 5, size: 1 })
})

test.for([
  [['0:0:10', '5:20:10'], 'ids of the container that another one has'],
  [['0:0:10', '20:5:10'], 'ids outside that another one has'],
  [['0:60000:6000'], 'not all among yours'],
  [['0:@99999:2'], 'not all of these ids of the machine are yours'],
  [['0:0:0'], 'the amount'],
  [['x:0:1'], 'container:from:amount'],
  [['0:0:1:1'], 'container:from:amount'],
  [['4294967294:0:2'], 'beyond the last id'],
] as const)('--uidmap %j is refused', ([uidmap, why]) => {
  expect(() => plan('', {}, { uidmap })).toThrow(why)
})

test.for([
  ['keep-id:uid=x', 'uid is not an id'],
  ['keep-id:size=0', 'size is not a number'],
  ['keep-id:what=1', 'no option what'],
  ['auto:size', 'name=value'],
  ['nomap:1', 'no options'],
  ['ns:/proc/1/ns/user', 'cannot be joined'],
  ['container:', 'missing'],
  ['keepid', 'no such mode'],
] as const)('--userns %s is refused', ([text, why]) => {
  expect(() => parseUserns(text)).toThrow(why)
})

test('a mode and a map exclude each other', () => {
  expect(() => plan('keep-id', {}, { uidmap: ['0:0:1'] })).toThrow('exclude each other')
})

test("root's own ids need no map to be kept, and cannot be left out", () => {
  expect(plan('keep-id', { rootless: false })).toBeUndefined()
  expect(() => plan('nomap', { rootless: false })).toThrow('for ordinary users')
})
