import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseUser } from './parse-user.ts'
import { resolveUser } from './resolve-user.ts'
import { parseGroup, parsePasswd } from './user-database.ts'

const DATABASE = {
  passwd:
    'root:x:0:0:root:/root:/bin/sh\nbroken\nweb:x:33:33::/srv/web:/bin/false\n1234:x:50:50::/num:\nnohome:x:60:60::',
  group: 'root:x:0:root\nwheel:x:10:root,web\nweb:x:33:\nfar:x:70000:web\naudio:x:29:web,root\n',
}
const range = (start: number, size: number) => ({ containerID: start, hostID: start, size })
const MAPPED = { uidMap: [range(0, 1), range(1, 65536)], gidMap: [range(0, 1), range(1, 65536)] }

test.for([
  // text        uid   gid  groups    home
  ['', 0, 0, [0, 10, 29], '/root'],
  ['root', 0, 0, [0, 10, 29], '/root'],
  ['web', 33, 33, [10, 29], '/srv/web'],
  ['33', 33, 33, [10, 29], '/srv/web'],
  ['web:wheel', 33, 10, [], '/srv/web'],
  ['web:', 33, 33, [10, 29], '/srv/web'],
  ['1000', 1000, 0, [], '/'],
  ['1000:1001', 1000, 1001, [], '/'],
  [':33', 0, 33, [], '/root'],
  ['1234', 50, 50, [], '/num'],
  ['nohome', 60, 60, [], '/'],
] as const)('user %j is %i:%i with groups %j', ([text, uid, gid, additionalGids, home]) => {
  expect(resolveUser(text, DATABASE, MAPPED)).toEqual({ uid, gid, additionalGids, home })
})

test.for([
  ['nobody', 'E_UNKNOWN_USER', /the image has no user "nobody"/],
  ['web:nogroup', 'E_UNKNOWN_GROUP', /the image has no group "nogroup"/],
  ['70000', 'E_ID_NOT_MAPPED', /user id 70000 is not in the user namespace, which has 0, 1-65536/],
  ['0:far', 'E_ID_NOT_MAPPED', /group id 70000/],
  ['a:b:c', 'E_BAD_USER', /more than one colon/],
  ['a b', 'E_BAD_USER', /character/],
  ['4294967295', 'E_BAD_USER', /at most 4294967294/],
] as const)('user %j fails with %s', ([text, code, words]) => {
  const resolve = () => resolveUser(text, DATABASE, MAPPED)
  expect(resolve).toThrow(expect.objectContaining({ code }))
  expect(resolve).toThrow(words)
})

test('with the caller alone mapped, root keeps only the groups there are', () => {
  const alone = { uidMap: [range(0, 1)], gidMap: [range(0, 1)] }
  expect(resolveUser('', DATABASE, alone).additionalGids).toEqual([0])
})

test('an image without a user database has root', () => {
  expect(resolveUser('', { passwd: '', group: '' }, MAPPED)).toEqual({ uid: 0, gid: 0, additionalGids: [], home: '/' })
})

test('whatever the texts, only a TspodError comes', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (text, passwd, group) => {
      expect(parsePasswd(passwd).every(({ uid }) => Number.isSafeInteger(uid))).toBe(true)
      expect(parseGroup(group).every(({ gid }) => Number.isSafeInteger(gid))).toBe(true)
      for (const run of [() => parseUser(text), () => resolveUser(text, { passwd, group }, MAPPED)]) {
        try {
          run()
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      }
    }),
    { numRuns: 200 },
  )
})
