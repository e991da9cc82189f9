import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { containerOf, namespaceModes } from './namespace-modes.ts'
import { oomScoreAdj } from './oom-score.ts'
import { parseDevice, parseGpus } from './parse-device.ts'
import { parseUmask } from './parse-umask.ts'
import { parseSysctls } from './sysctls.ts'
import { isSystemd } from './systemd-mode.ts'

test('namespaces are the container’s own unless something else is said', () => {
  expect(namespaceModes({})).toEqual({ pid: 'private', ipc: 'private', uts: 'private', cgroup: 'private' })
  const modes = namespaceModes({ pid: 'host', ipc: 'container:web', uts: '', cgroupns: 'host' })
  expect(modes).toEqual({ pid: 'host', ipc: { container: 'web' }, uts: 'private', cgroup: 'host' })
  expect(containerOf(modes.ipc)).toBe('web')
  expect(namespaceModes({ ipc: 'shareable' }).ipc).toBe('private')
  expect(namespaceModes({ ipc: 'none' }).ipc).toBe('none')
})

test.for([
  { pid: 'none' },
  { pid: 'container:' },
  { uts: 'shareable' },
  { cgroupns: 'container:x' },
  { ipc: 'toString' },
])('%j is refused', (request) => {
  expect(() => namespaceModes(request)).toThrow(expect.objectContaining({ code: 'E_BAD_NAMESPACE' }))
})

const OWN = { network: true, ipc: true, uts: true }

test('knobs of namespaces', () => {
  const sysctl = ['net.ipv4.ip_forward=1', 'kernel.sem = 1 2 3 4', 'fs.mqueue.msg_max=5']
  expect(parseSysctls({ sysctl }, OWN)).toEqual({
    'net.ipv4.ip_forward': '1',
    'kernel.sem': '1 2 3 4',
    'fs.mqueue.msg_max': '5',
  })
})

// biome-ignore format: a table
test.for([
  ['kernel.panic=1', OWN], ['vm.swappiness=1', OWN], ['net', OWN], ['=1', OWN], ['net/../kernel=1', OWN], ['net.a=1\n2', OWN],
  ['net.ipv4.x=1', { ...OWN, network: false }], ['kernel.shmmax=1', { ...OWN, ipc: false }], ['kernel.hostname=x', { ...OWN, uts: false }],
] as const)('--sysctl %j is refused', ([text, own]) => {
  expect(() => parseSysctls({ sysctl: [text] }, own)).toThrow(expect.objectContaining({ code: 'E_BAD_SYSCTL' }))
})

test('no knob leads out of /proc/sys', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        for (const name of Object.keys(parseSysctls({ sysctl: [`net.${text}`] }, OWN)))
          expect(name).not.toMatch(/[/\0]|\.\./)
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 300 },
  )
})

test('a umask is octal', () => {
  expect([parseUmask(undefined), parseUmask('0077'), parseUmask('2')]).toEqual([0o022, 0o077, 2])
  for (const text of ['8', '01777', 'x', '-1']) expect(() => parseUmask(text)).toThrow(TspodError)
})

test('only root is killed later than who started it', () => {
  expect(oomScoreAdj(undefined, 100, true)).toBeUndefined()
  expect(oomScoreAdj(500, 100, true)).toBe(500)
  expect(oomScoreAdj(-500, 100, true)).toBe(100)
  expect(oomScoreAdj(-500, 100, false)).toBe(-500)
  for (const value of [1001, -1001, 1.5]) expect(() => oomScoreAdj(value, 0, true)).toThrow(TspodError)
})

// biome-ignore format: a table
test.for([
  ['/dev/fuse',              { kind: 'path', source: '/dev/fuse', target: '/dev/fuse', readonly: false }],
  ['/dev/a:/dev/b',          { kind: 'path', source: '/dev/a', target: '/dev/b', readonly: false }],
  ['/dev/a:/dev/b/../c:r',   { kind: 'path', source: '/dev/a', target: '/dev/c', readonly: true }],
  ['/dev/a:rm',              { kind: 'path', source: '/dev/a', target: '/dev/a', readonly: true }],
  ['nvidia.com/gpu=0:1',     { kind: 'cdi', vendorClass: 'nvidia.com/gpu', name: '0:1' }],
] as const)('--device %s', ([text, device]) => {
  expect(parseDevice(text)).toEqual(device)
})

test.for(['', 'dev/a', '/dev/a:b', '/dev/a:/b:x', '/dev/a:/b:r:w', '/dev/a\0', '/dev/a:/b:rwmr'])(
  '--device %j is refused',
  (text) => {
    expect(() => parseDevice(text)).toThrow(expect.objectContaining({ code: 'E_BAD_DEVICE' }))
  },
)

test('--gpus in docker’s and podman’s words', () => {
  expect(parseGpus('all')).toEqual([{ kind: 'cdi', vendorClass: 'nvidia.com/gpu', name: 'all' }])
  expect(parseGpus('"device=0,1"')).toHaveLength(2)
  for (const text of ['', 'a b', '0,,1']) expect(() => parseGpus(text)).toThrow(TspodError)
})

test('systemd is known by its program', () => {
  for (const program of ['/sbin/init', '/usr/sbin/init', '/usr/lib/systemd/systemd', 'systemd'])
    expect(isSystemd({}, [program])).toBe(true)
  expect(isSystemd({}, ['/bin/init'])).toBe(false)
  expect(isSystemd({ systemd: 'false' }, ['/sbin/init'])).toBe(false)
  expect(isSystemd({ systemd: 'always' }, ['/bin/sh'])).toBe(true)
})
