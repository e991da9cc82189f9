import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../../base/errors.ts'
import { defaultProfile } from './default-profile.ts'
import { loadProfile } from './load-profile.ts'
import { allBut } from './socket-rules.ts'

const CONTEXT = { capabilities: ['CAP_SYS_CHROOT'], arch: 'amd64', kernelRelease: '5.10.0-8-amd64' }
const load = (profile: unknown) => loadProfile(JSON.stringify(profile), 'p.json', CONTEXT)
const allow = (name: string, more: object = {}) => ({ names: [name], action: 'SCMP_ACT_ALLOW', ...more })
const namesOf = (syscalls: readonly object[]) =>
  load({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }).syscalls.flatMap(({ names }) => names)

test('docker’s form: archMap, null for nothing, errno', () => {
  const profile = load({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 38,
    archMap: [
      { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] },
      { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] },
    ],
    syscalls: [
      { names: ['read', 'write'], action: 'SCMP_ACT_ALLOW', args: null, comment: '', includes: {}, excludes: {} },
      { name: 'socket', action: 'SCMP_ACT_ERRNO', errnoRet: 1, args: [{ index: 0, value: 40, op: 'SCMP_CMP_EQ' }] },
    ],
  })
  expect(profile).toEqual({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 38,
    architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'],
    syscalls: [
      { names: ['read', 'write'], action: 'SCMP_ACT_ALLOW', args: [] },
      {
        names: ['socket'],
        action: 'SCMP_ACT_ERRNO',
        errnoRet: 1,
        args: [{ index: 0, value: 40, valueTwo: 0, op: 'SCMP_CMP_EQ' }],
      },
    ],
  })
})

test.for([
  ['a capability that is there', { includes: { caps: ['CAP_SYS_CHROOT'] } }, true],
  ['a capability that is not', { includes: { caps: ['CAP_SYS_CHROOT', 'CAP_SYS_ADMIN'] } }, false],
  ['without a capability that is there', { excludes: { caps: ['CAP_SYS_CHROOT'] } }, false],
  ['without a capability that is not', { excludes: { caps: ['CAP_SYS_ADMIN'] } }, true],
  ['this machine', { includes: { arches: ['arm64', 'amd64'] } }, true],
  ['another machine', { includes: { arches: ['arm64'] } }, false],
  ['not this machine', { excludes: { arches: ['amd64'] } }, false],
  ['an older kernel', { includes: { minKernel: '4.8' } }, true],
  ['this kernel', { includes: { minKernel: '5.10' } }, true],
  ['a newer kernel', { includes: { minKernel: '5.11' } }, false],
  ['not from this kernel on', { excludes: { minKernel: '5.10' } }, false],
] as const)('a rule for %s', ([, more, applies]) => {
  expect(namesOf([allow('x', more)])).toEqual(applies ? ['x'] : [])
})

test.for([
  ['', /not a JSON object/],
  ['[]', /not a JSON object/],
  ['{}', /defaultAction is missing/],
  ['{"defaultAction":"NOPE"}', /unknown action "NOPE"/],
  ['{"defaultAction":"toString"}', /unknown action/],
  ['{"defaultAction":"SCMP_ACT_NOTIFY"}', /not supported/],
  ['{"defaultAction":"SCMP_ACT_ALLOW","syscalls":{}}', /syscalls is not a list/],
  ['{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[1]}', /syscalls\[0\] is not an object/],
  [
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":[1],"action":"SCMP_ACT_ALLOW"}]}',
    /at syscalls\[0\]: names is not a list of strings/,
  ],
  [
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["a"],"action":"SCMP_ACT_ALLOW","args":[{"index":6,"op":"SCMP_CMP_EQ"}]}]}',
    /at syscalls\[0\]\.args\[0\]: index/,
  ],
  [
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["a"],"action":"SCMP_ACT_ALLOW","args":[{"op":"SCMP_CMP_EQ"},{"op":"SCMP_CMP_NE"}]}]}',
    /an argument only once/,
  ],
  ['{"defaultAction":"SCMP_ACT_ALLOW","architectures":["../x"]}', /unknown architecture/],
  ['{"defaultAction":"SCMP_ACT_ALLOW","defaultErrnoRet":-1}', /whole number from 0 to 4095/],
] as const)('%s is refused', ([text, words]) => {
  expect(() => loadProfile(text, 'p.json', CONTEXT)).toThrow(words)
  expect(() => loadProfile(text, 'p.json', CONTEXT)).toThrow(TspodError)
})

test('our own profile is one', () => {
  const { builtIn, ...own } = defaultProfile(CONTEXT.capabilities, 'amd64')
  expect(builtIn).toBeDefined()
  expect(load(own)).toEqual(own)
})

test('no system call is both allowed and refused, and none is named twice', () => {
  for (const arch of ['amd64', 'arm64', 'ppc64le', 'unknown']) {
    const names = defaultProfile(['CAP_SYS_ADMIN'], arch).syscalls.flatMap((rule) =>
      rule.args.length > 0 ? [] : rule.names,
    )
    expect(names.filter((name, index) => names.indexOf(name) !== index || !/^[a-z0-9_]+$/.test(name))).toEqual([])
  }
})

test('allBut matches every number but the excluded ones', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 63 }), { maxLength: 4 }), (excluded) => {
      const masks = allBut(excluded, 6)
      for (let number = 0; number < 64; number++) {
        expect(masks.some(({ mask, value }) => (number & mask) === value)).toBe(!excluded.includes(number))
      }
    }),
    { numRuns: 50 },
  )
})

test('whatever the file holds, only a TspodError comes', () => {
  const words = fc.constantFrom(
    'SCMP_ACT_ALLOW',
    'SCMP_ACT_ERRNO',
    'SCMP_CMP_EQ',
    'SCMP_ARCH_X86',
    'read',
    '__proto__',
    '4.8',
    '',
  )
  const leaf = fc.oneof(words, fc.integer({ min: -1, max: 9 }), fc.constant(null), fc.double(), fc.string())
  const members = [
    'defaultAction',
    'syscalls',
    'names',
    'action',
    'args',
    'op',
    'index',
    'includes',
    'caps',
    'archMap',
    'minKernel',
  ]
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...members), tie('tree'), { maxKeys: 5 }),
    ),
  }))
  const profile = fc.record(
    { defaultAction: fc.constant('SCMP_ACT_ALLOW'), syscalls: fc.array(tree), archMap: tree, architectures: tree },
    { requiredKeys: ['defaultAction'] },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        tree.map((value) => JSON.stringify(value)),
        profile.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        try {
          loadProfile(text, 'p.json', CONTEXT)
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      },
    ),
    { numRuns: 500 },
  )
})
