import { describe, expect, test } from 'vitest'
import type { OciConfig } from '../spec/oci.ts'
import { compilePlan, type PlanContext } from './compile-plan.ts'
import { CLONE } from './constants.ts'
import type { Step } from './step.ts'

const config: OciConfig = {
  ociVersion: '1.0.2',
  hostname: 'box',
  process: {
    terminal: false,
    user: { uid: 1000, gid: 1000, umask: 0o22, additionalGids: [10, 29] },
    args: ['sh', '-c', 'true'],
    env: ['PATH=/usr/bin:/bin', 'TERM=xterm'],
    cwd: '/srv',
    capabilities: { bounding: ['CAP_CHOWN'], effective: [], inheritable: [], permitted: [], ambient: [] },
    rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 4096 }],
    noNewPrivileges: false,
  },
  root: { path: 'rootfs', readonly: true },
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
    { destination: '/data', type: 'bind', source: '/home/user/data', options: ['rbind', 'ro'] },
  ],
  annotations: {},
  linux: {
    namespaces: [
      { type: 'user' },
      { type: 'mount' },
      { type: 'pid' },
      { type: 'uts' },
      { type: 'ipc' },
      { type: 'network' },
      { type: 'cgroup' },
    ],
    uidMappings: [
      { containerID: 0, hostID: 0, size: 1 },
      { containerID: 1, hostID: 1, size: 65536 },
    ],
    gidMappings: [
      { containerID: 0, hostID: 0, size: 1 },
      { containerID: 1, hostID: 1, size: 65536 },
    ],
    devices: [{ path: '/dev/null' }],
    maskedPaths: ['/proc/kcore'],
    readonlyPaths: ['/proc/sys'],
    sysctl: { 'net.ipv4.ping_group_range': '0 0' },
    resources: {},
  },
}

const context: PlanContext = {
  rootfs: { kind: 'overlay', base: '/s/layers', lower: ['b', 'a'], upper: '/s/c/up:per', work: '/s/c/work' },
  mountPoint: '/s/rootfs',
  isVolatile: false,
  runDir: '/run/c',
  interactive: false,
  attached: ['stdin', 'stdout', 'stderr'],
  filterFile: '/s/filter.bpf',
  init: false,
  cleanupArgv: ['tidy'],
  lookArgv: ['look'],
  sourceOf: () => ({ isFile: false }),
}

const compile = (change: Partial<OciConfig['process']> = {}, changed: Partial<PlanContext> = {}): Step[] =>
  compilePlan({ ...config, process: { ...config.process, ...change } }, { ...context, ...changed })
const ops = (plan: readonly Step[]): string[] => plan.map(({ op }) => op)
const place = (plan: readonly Step[], op: string, ...args: string[]): number => {
  const index = plan.findIndex((step) => step.op === op && args.every((arg, at) => step.args[at] === arg))
  expect(index, `${op} ${args.join(' ')}`).toBeGreaterThanOrEqual(0)
  return index
}

test('who holds a pod comes as far as a program would, and stays', () => {
  const [plan, held] = [compile(), compile({}, { holds: true })]
  const first = plan.findIndex((step, index) => step.op === 'arg' && index < place(plan, 'exec-failed'))
  expect(held.slice(1, first).map(({ op }) => op)).toEqual(ops(plan.slice(1, first)))
  expect(ops(held.slice(first, first + 3))).toEqual(['announce', 'idle', 'await-sync'])
})

describe('compilePlan with other ids', () => {
  const mapped: Partial<PlanContext> = {
    rootfs: {
      ...context.rootfs,
      kind: 'overlay',
      base: '/s/layers-mapped/m',
      lower: ['a'],
      data: '../../layers',
      isMapped: true,
      upper: '/s/u',
      work: '/s/w',
    },
  }

  test('the monitor mounts the overlay once the ids are mapped, and nobody of the container', () => {
    const plan = compile({}, mapped)
    const outside = place(plan, 'beside')
    const steps = Number.parseInt(plan[outside]?.args[0] ?? '', 16)
    expect(ops(plan.slice(outside + 1, outside + 1 + steps))).toEqual(['join-child', 'chdir', 'mount', 'done'])
    expect(plan[outside + 3]?.args.at(-1)).toMatch(/^lowerdir=a::..\/..\/layers,/)
    expect(outside).toBeGreaterThan(place(plan, 'id-map'))
    expect(outside).toBeLessThan(place(plan, 'release'))
    expect(plan.filter(({ op, args }) => op === 'mount' && args[0] === 'overlay')).toHaveLength(1)
  })

  test('sources are opened before the child becomes root of its namespace, file systems are made after it', () => {
    const plan = compile({}, mapped)
    const root = place(plan, 'user', '0', '0')
    expect(place(plan, 'tree', '2', '/home/user/data')).toBeLessThan(root)
    expect(place(plan, 'chdir', '/s')).toBeLessThan(root)
    expect(place(plan, 'filesystem', '0', 'proc')).toBeGreaterThan(root)
    expect(place(plan, 'pivot', 'rootfs')).toBeGreaterThan(root)
  })

  test('groups stay as they are where they are to be kept', () => {
    const user = { uid: 0, gid: 0, umask: 0o22, additionalGids: [], keepGroups: true }
    expect(ops(compile({ user }))).not.toContain('groups')
  })

  test('a namespace without a root is set up by the first of its users', () => {
    const lone = [{ containerID: 1000, hostID: 0, size: 1 }]
    const plan = compilePlan({ ...config, linux: { ...config.linux, uidMappings: lone, gidMappings: lone } }, context)
    expect(plan.find(({ op }) => op === 'user')?.args).toEqual(['3e8', '3e8'])
    expect(ops(plan)).not.toContain('groups')
  })
})

describe('compilePlan', () => {
  test('the child has exactly the steps that clone counts, and its last is exec-failed', () => {
    const plan = compile()
    const clone = place(plan, 'clone')
    const last = clone + Number.parseInt(plan[clone]?.args[1] ?? '', 16)
    expect(plan[last]?.op).toBe('exec-failed')
    expect(plan[last + 1]?.op).toBe('await-sync')
    expect(plan.at(-1)?.op).toBe('supervise')
  })

  test('every namespace asked for is made at once', () => {
    const plan = compile()
    const flags = Number.parseInt(plan[place(plan, 'clone')]?.args[0] ?? '', 16)
    expect(flags).toBe(Object.values(CLONE).reduce((sum, flag) => sum + flag, 0))
  })

  test('a cgroup namespace waits until the child is in its own cgroup', () => {
    const plan = compile({}, { cgroup: '/sys/fs/cgroup/x' })
    const flags = Number.parseInt(plan[place(plan, 'clone')]?.args[0] ?? '', 16)
    expect(flags & CLONE.cgroup).toBe(0)
    expect(place(plan, 'unshare', CLONE.cgroup.toString(16))).toBeGreaterThan(place(plan, 'sync'))
    expect(place(plan, 'cgroup', '/sys/fs/cgroup/x')).toBeLessThan(place(plan, 'release'))
  })

  test('sources are opened before pivot_root, targets are touched after it', () => {
    const plan = compile()
    const pivot = place(plan, 'pivot')
    expect(place(plan, 'tree', '2', '/home/user/data', '1')).toBeLessThan(pivot)
    expect(place(plan, 'filesystem', '0', 'proc')).toBeLessThan(pivot)
    expect(place(plan, 'attach', '2', '/data', '1')).toBeGreaterThan(pivot)
    expect(place(plan, 'directory', '/data')).toBeGreaterThan(pivot)
    for (const step of plan.slice(0, pivot)) expect(['directory', 'file', 'link', 'mask']).not.toContain(step.op)
  })

  test('layers are named relative to their directory and odd paths are escaped', () => {
    const plan = compile()
    expect(plan[place(plan, 'mount', 'overlay')]?.args[4]).toBe(
      'lowerdir=b:a,upperdir=/s/c/up\\:per,workdir=/s/c/work,userxattr',
    )
  })

  test('an overlay that goes with its container is not synced', () => {
    const plan = compile({}, { isVolatile: true })
    expect(plan[place(plan, 'mount', 'overlay')]?.args[4]).toMatch(/,userxattr,volatile$/)
  })

  test('without no_new_privs the filter comes while CAP_SYS_ADMIN is there; with it, last', () => {
    const plain = compile()
    expect(place(plain, 'filter')).toBeLessThan(place(plain, 'bounding'))
    const bound = compile({ noNewPrivileges: true })
    expect(place(bound, 'filter')).toBeGreaterThan(place(bound, 'capabilities'))
    expect(place(bound, 'filter')).toBeLessThan(place(bound, 'exec'))
  })

  test('the death signal is set after the last change of user and before the last sync', () => {
    const plan = compile()
    expect(place(plan, 'death-signal')).toBeGreaterThan(plan.findLastIndex(({ op }) => op === 'user'))
    expect(place(plan, 'death-signal')).toBeLessThan(plan.findLastIndex(({ op }) => op === 'sync'))
  })

  test('the network helper starts between the two releases, and the program waits for it', () => {
    const plan = compile(
      {},
      {
        helper: {
          name: 'slirp4netns',
          program: '/usr/bin/slirp4netns',
          args: ['-c'],
          env: [],
          namespaces: ['net'],
        },
      },
    )
    const names = ops(plan)
    expect(place(plan, 'helper')).toBeGreaterThan(names.indexOf('release'))
    expect(place(plan, 'await-helper')).toBeLessThan(names.lastIndexOf('release'))
    expect(place(plan, 'namespace', '8', 'net')).toBeLessThan(place(plan, 'await-helper'))
    expect(place(plan, 'watch-helper', 'helper')).toBe(place(plan, 'await-helper') + 1)
    expect(names.indexOf('look')).toBe(place(plan, 'arg', 'look') + 1)
    expect(place(plan, 'arg', 'tidy')).toBeGreaterThan(names.indexOf('look'))
  })

  test('a helper that keeps no descriptors gets files beside its log, in a mount namespace of its own', () => {
    const helper = { name: 'pasta', program: '/p', args: [], env: [], namespaces: ['net'], byFiles: true } as const
    const plan = compile({}, { helper })
    const order = [
      place(plan, 'helper'),
      place(plan, 'namespace', '8', 'net'),
      place(plan, 'chdir', '/run/c'),
      place(plan, 'unshare', '20000'),
      place(plan, 'file', './net.ns'),
      place(plan, 'mount', '', '/proc/self/fd/8', './net.ns', '1000', ''),
      place(plan, 'exec', '/p'),
    ]
    expect(order).toEqual(order.toSorted((one, other) => one - other))
  })

  test('a network namespace that is in a file is entered beside the monitor, and shown by what is mounted then', () => {
    const sysfs = { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro'] }
    const joined: PlanContext['joined'] = [{ path: '/n', types: ['network'] }]
    const plan = compilePlan({ ...config, mounts: [...config.mounts, sysfs] }, { ...context, joined })
    const entered = place(plan, 'join-path', '40000000', '/n')
    expect(place(plan, 'beside')).toBeLessThan(entered)
    const shown = place(plan, 'filesystem', '3', 'sysfs')
    expect(shown).toBeGreaterThan(entered)
    expect(shown).toBeLessThan(place(plan, 'sibling', '3e020000'))
  })

  test('the program is looked for in each directory of PATH, in order', () => {
    expect(
      compile()
        .filter(({ op }) => op === 'exec')
        .map(({ args }) => args[0]),
    ).toEqual(['/usr/bin/sh', '/bin/sh'])
    expect(
      compile({ args: ['./x'] })
        .filter(({ op }) => op === 'exec')
        .map(({ args }) => args[0]),
    ).toEqual(['./x'])
  })

  test('a terminal replaces the pipes', () => {
    const names = ops(compile({ terminal: true }))
    expect(names).toContain('terminal')
    expect(names).not.toContain('stdio')
    expect(names.indexOf('session')).toBeLessThan(names.indexOf('terminal'))
  })

  test('the log, the streams and what is watched are ready before the container is', () => {
    const plan = compile(
      {},
      {
        log: { driver: 'json-file', path: '/c/log', maxSizeBytes: 4096, maxFiles: 3 },
        attached: ['stdout'],
        interactive: true,
        detachKeys: '1011',
        watch: {
          deadlineMs: 5000,
          owner: { pid: 7, startTime: '70' },
          health: {
            planFile: '/run/c/health.plan',
            intervalMs: 30_000,
            timeoutMs: 1000,
            startPeriodMs: 10,
            startIntervalMs: 5,
            retries: 3,
            outputBytes: 500,
            startup: { planFile: '/run/c/startup.plan', intervalMs: 1000, timeoutMs: 2000, retries: 0, successes: 0 },
          },
        },
      },
    )
    const clone = place(plan, 'clone')
    expect(place(plan, 'log', '/c/log', '1', '1000', '3')).toBeLessThan(clone)
    expect(place(plan, 'detach-keys', '1011')).toBeLessThan(place(plan, 'io', '12'))
    expect(place(plan, 'io')).toBeLessThan(clone)
    expect(place(plan, 'deadline', '1388')).toBeLessThan(clone)
    expect(place(plan, 'owner', '7', '70')).toBeLessThan(clone)
    expect(place(plan, 'health-startup', '1')).toBe(
      place(plan, 'health', '/run/c/startup.plan', '3e8', '7d0', '0', '1f4', '0', '0') + 1,
    )
    expect(place(plan, 'health', '/run/c/health.plan', '7530', '3e8', '3', '1f4', 'a', '5')).toBe(
      place(plan, 'health-startup') + 1,
    )
    expect(place(plan, 'health-startup')).toBeLessThan(clone)
  })

  test('a tmpfs that begins with a copy: what it hides is opened, mounted over, copied, and then closed for writing', () => {
    const tmpfs = (options: string[], destination = '/etc') =>
      compilePlan(
        {
          ...config,
          mounts: [{ destination, type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup', ...options] }],
        },
        context,
      )
    const plan = tmpfs(['ro', 'mode=700'])
    const mounted = place(plan, 'mount', 'tmpfs', 'tmpfs', '/etc', '0', 'mode=700')
    expect(place(plan, 'pivot')).toBeLessThan(place(plan, 'tree', '0', '/etc', '1'))
    expect(place(plan, 'tree', '0', '/etc', '1')).toBe(mounted - 1)
    expect(place(plan, 'copy-up', '0', '/etc', '2')).toBe(mounted + 1)
    expect(place(plan, 'attributes', '/etc', '1', '0', '0')).toBe(mounted + 2)
    expect(tmpfs([], '/sys/fs').some(({ op }) => op === 'copy-up')).toBe(false)
  })

  describe('namespaces of other containers', () => {
    const numberOf = (text: string | undefined): number => Number.parseInt(text ?? '', 16)
    const bits = (type: keyof typeof CLONE): string => CLONE[type].toString(16)
    const inOrder = (places: readonly number[]) => expect(places).toEqual(places.toSorted((a, b) => a - b))

    test('are entered one after the other by a process beside the monitor, which makes the child in there', () => {
      const joined = [
        { pid: 7, startTime: '70', types: ['user', 'network'] },
        { pid: 8, startTime: '80', types: ['ipc'] },
      ] as const
      const plan = compile({}, { joined })
      const sibling = place(plan, 'sibling')
      inOrder([
        place(plan, 'beside'),
        place(plan, 'unshare', bits('mount')),
        place(plan, 'join-pid', '8', '80'),
        place(plan, 'join', bits('ipc')),
        place(plan, 'join-pid', '7', '70'),
        place(plan, 'join', bits('network')),
        place(plan, 'join', bits('user')),
        sibling,
        place(plan, 'done'),
      ])
      const flags = numberOf(plan[sibling]?.args[0])
      expect(flags & (CLONE.user | CLONE.network | CLONE.ipc)).toBe(0)
      expect(flags & CLONE.pid).toBe(CLONE.pid)
      for (const op of ['id-map', 'netlink', 'gather']) expect(ops(plan)).not.toContain(op)
    })

    test('with processes of one of them, the child makes a proc that shows them while it has the rights', () => {
      const plan = compile({}, { joined: [{ pid: 7, startTime: '70', types: ['user', 'pid'] }] })
      expect(plan[place(plan, 'sibling')]?.args[0]).toBe('0')
      const made = plan.findLastIndex(({ op }) => op === 'unshare')
      inOrder([place(plan, 'sibling'), place(plan, 'filesystem'), place(plan, 'join', bits('user')), made])
      expect(numberOf(plan[made]?.args[0]) & CLONE.mount).toBe(CLONE.mount)
      expect(ops(plan)).toContain('gather')
    })

    test('without user namespaces, who is in sight of another container has its root file system from the first moment', () => {
      const namespaces = config.linux.namespaces.filter(({ type }) => type !== 'user')
      const plan = compilePlan(
        { ...config, linux: { ...config.linux, namespaces, uidMappings: [], gidMappings: [] } },
        { ...context, joined: [{ pid: 7, startTime: '70', types: ['pid'] }] },
      )
      const sibling = place(plan, 'sibling')
      inOrder([place(plan, 'join', bits('pid')), place(plan, 'mount', 'overlay'), place(plan, 'pivot'), sibling])
      inOrder([sibling, place(plan, 'sync'), place(plan, 'filesystem'), place(plan, 'done')])
      expect(plan.slice(sibling).filter(({ op, args }) => op === 'tree' && args[1] === '/home/user/data')).toEqual([])
    })
  })

  test('a directory of the user’s gets no /etc/mtab', () => {
    const isLinked = (plan: readonly Step[]): boolean => plan.some(({ args }) => args[1] === '/etc/mtab')
    const etc = { destination: '/etc', type: 'bind', source: '/home/user/etc', options: ['rbind'] }
    expect(isLinked(compile())).toBe(true)
    expect(isLinked(compile({}, { rootfs: { kind: 'directory', path: '/home/user/root' } }))).toBe(false)
    expect(isLinked(compilePlan({ ...config, mounts: [...config.mounts, etc] }, context))).toBe(false)
  })

  test('one that is only initialized waits when all is made', () => {
    const names = ops(compile({}, { waits: true }))
    expect(names.indexOf('await-start')).toBe(names.lastIndexOf('release') - 1)
  })

  test('descriptors are kept by the monitor and passed on last', () => {
    const plan = compile({}, { preservedDescriptors: 2 })
    expect(place(plan, 'kept', '2')).toBeLessThan(place(plan, 'clone'))
    expect(place(plan, 'close-on-exec', '5')).toBe(place(plan, 'preserve') + 1)
  })
})
