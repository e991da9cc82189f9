import { expect, test } from 'vitest'
import type { OciConfig } from '../spec/oci.ts'
import { closedBind, readOnlyBind } from './bind-access.ts'

const ALL = [{ containerID: 0, hostID: 0, size: 65536 }]
const VOLUME = { source: '/src', destination: '/dst', options: ['rw'], name: '' }

function specOf(
  uid: number,
  { caps = [], maps = ALL, groups = [] }: { caps?: string[]; maps?: typeof ALL; groups?: number[] } = {},
) {
  return {
    process: { user: { uid, gid: uid, umask: 0, additionalGids: groups }, capabilities: { effective: caps } },
    linux: { uidMappings: maps, gidMappings: maps },
  } as unknown as Pick<OciConfig, 'process' | 'linux'>
}

/** 0 is the caller, whose id is 1000; what is above 65535 is nobody's of ours. */
const ids = {
  words: ({ uid, gid }: { uid: number; gid: number }) => ({
    words: [uid, gid].map((id) => (id === 0 ? 1000 : 99_999 + id)).join(':'),
    isOurs: uid !== 65534,
  }),
  rootless: true,
}
const directory = (uid: number, mode: number) => ({
  ...{ volume: VOLUME, below: '', uid, gid: uid },
  ...{ mode: 0o40000 | mode, isDirectory: true },
})
const program = (uid: number, mode: number) => ({ ...directory(uid, mode), isDirectory: false, isProgram: true })

test('a directory of the caller that another user of the container is to write to', () => {
  expect(closedBind(specOf(1000), directory(0, 0o755), ids)).toEqual({
    source: '/src',
    destination: '/dst',
    hostPath: '/src',
    path: '/dst',
    missing: ['write'],
    isReadOnly: false,
    ownerOutside: '1000:1000',
    ownerInside: '0:0',
    mode: '755',
    userInside: '1000:1000',
    userOutside: '100999:100999',
    advice: [
      'have the program be you: --userns=keep-id:uid=1000,gid=1000',
      "give the directory to the container's user: -v /src:/dst:U",
      'or open it for all: "chmod o+w /src"',
    ],
  })
})

const DAC = ['CAP_DAC_OVERRIDE']
const SHIFTED = [{ containerID: 0, hostID: 1, size: 1000 }]

// biome-ignore format: a table
test.for([
  ['its own',                              specOf(5),                             directory(5, 0o700),     []],
  ['its own, closed',                      specOf(5),                             directory(5, 0o500),     ['write']],
  ['its group\'s',                         specOf(5, { groups: [7] }),            { ...directory(0, 0o770), gid: 7 }, []],
  ['the group, not the others, counts',    specOf(5, { groups: [7] }),            { ...directory(0, 0o707), gid: 7 }, ['read', 'write', 'enter']],
  ['root with its capability',             specOf(0, { caps: DAC }),              directory(5, 0),         []],
  ['root without it',                      specOf(0),                             directory(5, 0o711),     ['read', 'write']],
  ['root, but no id of the container',     specOf(0, { caps: DAC, maps: SHIFTED }), directory(0, 0o700),   ['read', 'write', 'enter']],
  ['root, with an id behind the map',      specOf(0, { caps: DAC, maps: SHIFTED }), directory(1, 0o700),   []],
  ['a file needs not be entered',          specOf(5),                             { ...directory(0, 0o600), isDirectory: false }, ['read', 'write']],
  ['root, of a file that only looks as if it had an id of the container', specOf(0, { caps: DAC }), directory(65534, 0o700), ['read', 'write', 'enter']],
  ['a program that nobody may run',        specOf(0, { caps: DAC }),              program(5, 0o644),       ['run']],
  ['a program of another',                 specOf(5),                             program(0, 0o700),       ['read', 'run']],
  ['a program for all',                    specOf(5),                             program(0, 0o755),       []],
  ['the machine\'s ids',                   specOf(5, { maps: [] }),               directory(5, 0o700),     []],
] as const)('%s', ([, spec, part, missing]) => {
  expect(closedBind(spec, part, ids)?.missing ?? []).toEqual(missing)
})

const READ_ONLY = { ...VOLUME, options: ['ro'] }

test('what is mounted to be read need not be writable', () => {
  expect(closedBind(specOf(5), { ...directory(0, 0o755), volume: READ_ONLY }, ids)).toBeUndefined()
})

test("what is nobody's of ours only its owner can open", () => {
  expect(closedBind(specOf(5), directory(65534, 0o755), ids)?.advice).toEqual([
    expect.stringContaining('have its owner or root open it for the container\'s user: "setfacl -m u:100004:rwX /src"'),
  ])
})

test.for(['/', '/etc', '/etc/shadow', '/usr/local', '/srv', '/var/lib'])(
  'nobody is told to open or give away %s',
  (source) => {
    for (const uid of [0, 65534]) {
      const part = { ...directory(uid, 0o700), volume: { ...VOLUME, source } }
      for (const rootless of [true, false])
        expect(closedBind(specOf(5), part, { ...ids, rootless })?.advice).toEqual([
          "mount a directory of your own instead: this one is the system's",
        ])
    }
  },
)

test('its own closed directory is opened for its owner', () => {
  expect(closedBind(specOf(5), directory(5, 0o500), ids)?.advice).toEqual([
    'open it for its owner: "tspod unshare chmod u+w /src"',
  ])
})

test('what is in a mount is called by its own path, and the flags are those of the mount', () => {
  const part = { ...directory(0, 0o600), isDirectory: false, below: '/a/b', volume: { ...VOLUME, name: 'data' } }
  expect(closedBind(specOf(5), part, ids)).toMatchObject({
    hostPath: '/src/a/b',
    path: '/dst/a/b',
    advice: [
      expect.stringContaining('keep-id:uid=5,gid=5'),
      expect.stringContaining('-v data:/dst:U'),
      expect.stringContaining('chmod o+rw /src/a/b'),
    ],
  })
})

test("the machine's root keeps no id, and needs no namespace to change a mode", () => {
  const { advice } = closedBind(specOf(5, { maps: [] }), directory(0, 0o755), { ...ids, rootless: false }) ?? {}
  expect(advice).toEqual([expect.stringContaining(':U'), 'or open it for all: "chmod o+w /src"'])
})

test('a mount that was made read-only is, whoever it belongs to', () => {
  expect(readOnlyBind(specOf(5), directory(5, 0o755), ids)).toBeUndefined()
  expect(readOnlyBind(specOf(5), { ...directory(5, 0o755), volume: READ_ONLY }, ids)).toMatchObject({
    missing: ['write'],
    isReadOnly: true,
    advice: [expect.stringContaining('leave "ro" out')],
  })
})

test('a program is made one', () => {
  const advice = (spec: Parameters<typeof closedBind>[0], uid: number) =>
    closedBind(spec, program(uid, 0o644), ids)?.advice
  expect(advice(specOf(0), 0)).toEqual(['make it executable: "chmod a+x /src"'])
  expect(advice(specOf(5), 7)).toEqual(['make it executable: "tspod unshare chmod a+x /src"'])
})
