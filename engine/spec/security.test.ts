import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseSecurityOpts } from './parse-security-opt.ts'
import { protectedPaths } from './protected-paths.ts'

const PLAIN = { securityModules: [] }

test.for([
  [[], { seccomp: undefined, noNewPrivileges: false }],
  [['seccomp=unconfined'], { seccomp: 'unconfined' }],
  [['seccomp:/p.json'], { seccomp: { file: '/p.json' } }],
  [['no-new-privileges'], { noNewPrivileges: true }],
  [['no-new-privileges:true', 'no-new-privileges=false'], { noNewPrivileges: false }],
  [['mask=/a:/b/', 'mask=/c'], { mask: ['/a', '/b', '/c'] }],
  [['unmask=/proc/kcore:/sys/firmware'], { unmask: ['/proc/kcore', '/sys/firmware'] }],
  [['systempaths=unconfined'], { unmask: ['ALL'] }],
  [['label=disable', 'apparmor=unconfined'], { notes: [] }],
  [['label=type:spc_t'], { notes: ['--security-opt label=type:spc_t has no effect: the host does not use selinux'] }],
] as const)('%j', ([texts, options]) => {
  expect(parseSecurityOpts(texts, PLAIN)).toMatchObject(options)
})

test('a profile that the host would apply is refused, not left out', () => {
  const parse = () => parseSecurityOpts(['apparmor=mine'], { securityModules: ['apparmor'] })
  expect(parse).toThrow(expect.objectContaining({ code: 'E_UNSUPPORTED_OPTION' }))
  expect(parseSecurityOpts(['apparmor=unconfined'], { securityModules: ['apparmor'] }).notes).toEqual([])
})

test.for([
  '',
  'secomp=x',
  'seccomp',
  'seccomp=',
  'no-new-privileges=perhaps',
  'mask=a',
  'mask=',
  'unmask=x',
  'systempaths=x',
])('%j is refused', (text) => {
  expect(() => parseSecurityOpts([text], PLAIN)).toThrow(expect.objectContaining({ code: 'E_BAD_SECURITY_OPT' }))
})

test('paths are masked unless unmasked', () => {
  const none = { mask: [], unmask: [] }
  const usual = protectedPaths(false, none)
  expect(usual.maskedPaths).toContain('/proc/kcore')
  expect(usual.readonlyPaths).toContain('/proc/sys')
  expect(protectedPaths(false, { mask: ['/x', '/proc/kcore'], unmask: [] }).maskedPaths).toEqual([
    ...usual.maskedPaths,
    '/x',
  ])
  expect(protectedPaths(false, { mask: [], unmask: ['/proc/*'] })).toEqual({
    maskedPaths: usual.maskedPaths.filter((path) => path.startsWith('/sys/')),
    readonlyPaths: [],
  })
  expect(protectedPaths(false, { mask: [], unmask: ['ALL'] })).toEqual({ maskedPaths: [], readonlyPaths: [] })
  expect(protectedPaths(true, { mask: ['/x'], unmask: [] })).toEqual({ maskedPaths: ['/x'], readonlyPaths: [] })
  expect(protectedPaths(false, { mask: [], unmask: ['/proc/kc.re'] })).toEqual(usual)
})

test('whatever the text, only a TspodError comes', () => {
  fc.assert(
    fc.property(fc.constantFrom('', 'mask=', 'unmask=', 'label=', 'unmask=/'), fc.string(), (prefix, rest) => {
      try {
        protectedPaths(false, parseSecurityOpts([prefix + rest], PLAIN))
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 300 },
  )
})
