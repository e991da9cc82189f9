import { expect, test } from 'vitest'
import { type AccountEntriesInput, accountEntries } from './account-entries.ts'

const CALLER = { name: 'dev', uid: 1000, gid: 1000, comment: 'D. Ev', home: '/home/dev', groupName: 'devs' }
const IMAGE = { passwd: 'root:x:0:0:root:/root:/bin/sh\nalice:x:5:5::/:/bin/sh\n', group: 'root:x:0:\naudio:x:29:\n' }

function entries(input: Partial<AccountEntriesInput>) {
  return accountEntries({
    database: IMAGE,
    user: '',
    caller: undefined,
    hostUsers: [],
    passwdEntry: undefined,
    groupEntry: undefined,
    workdir: '/src',
    mounted: [],
    ...input,
  })
}

// biome-ignore format: a table
test.for([
  ['nobody asked for',       { user: '' },                       '',                                            ''],
  ['a name',                 { user: 'alice' },                  '',                                            ''],
  ['a number with an entry', { user: '5:0' },                    '',                                            ''],
  ['a number',               { user: '77' },                     '77:*:77:0:container user:/src:/bin/sh\n',     '77:x:77:77\n'],
  ['two numbers',            { user: '77:78' },                  '77:*:77:78:container user:/src:/bin/sh\n',    '78:x:78:77\n'],
  ['a number and a name',    { user: '77:audio' },               '77:*:77:29:container user:/src:/bin/sh\n',    ''],
  ['the caller',             { caller: CALLER },                 'dev:*:1000:1000:D. Ev:/src:/bin/sh\n',        'devs:x:1000:dev\n'],
  ['the caller at home',     { caller: CALLER, mounted: ['/home'] }, 'dev:*:1000:1000:D. Ev:/home/dev:/bin/sh\n', 'devs:x:1000:dev\n'],
  ['the caller by number',   { caller: CALLER, user: '1000:1000' }, 'dev:*:1000:1000:D. Ev:/src:/bin/sh\n',     'devs:x:1000:dev\n'],
  ['a name that is taken',   { caller: { ...CALLER, name: 'alice', groupName: 'audio' } }, '',                  ''],
  ['a user of the host',     { hostUsers: [CALLER] },            'dev:*:1000:1000:D. Ev:/src:/bin/sh\n',        ''],
  ['templates',              { user: '7:8', passwdEntry: '$USERNAME:$UID:$GID:$NAME:$HOME:$WHAT', groupEntry: '$GROUPNAME-$GID-$USERLIST' },
    '7:7:8:container user:/src:$WHAT\n', '8-8-7\n'],
] as const)('%s', ([, input, passwd, group]) => {
  expect(entries(input)).toEqual({ passwd, group })
})

test('a template of several lines would be several users', () => {
  expect(() => entries({ user: '7', passwdEntry: 'a\nroot2:x:0:0::/:/bin/sh' })).toThrow('more than one line')
})
