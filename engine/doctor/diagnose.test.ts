import { expect, test } from 'vitest'
import { diagnose } from './diagnose.ts'
import type { DoctorFacts } from './facts.ts'

const GIB = 1024 ** 3
const mapper = (name: string) => ({ path: `/usr/bin/${name}`, mayMap: true })
const none = { path: undefined, version: '' }
const range = { ranges: [{ start: 100_000, count: 65_536 }], sharedWith: [] }

/** A machine on which all is well. */
const WELL: DoctorFacts = {
  distribution: { id: 'debian', like: [] },
  user: { name: 'ann', uid: 1000, gid: 1000, home: '/home/ann' },
  firstFreeSubid: 165_536,
  rootless: true,
  namespace: { problem: undefined, ids: 65_537, expectedIds: 65_537, sysctls: { 'user.max_user_namespaces': '9000' } },
  subuid: range,
  subgid: range,
  subidNotices: [],
  newuidmap: mapper('newuidmap'),
  newgidmap: mapper('newgidmap'),
  storage: { driver: 'overlay', tried: [] },
  fuseOverlayfs: none,
  devices: ['/dev/fuse', '/dev/net/tun'],
  slirp4netns: { path: '/usr/bin/slirp4netns', version: '1.2' },
  pasta: none,
  cgroup: { version: 'v2', manager: 'systemd', controllers: ['cpu', 'memory', 'pids'], problem: undefined },
  securityModules: [],
  seccomp: { inKernel: true, problem: undefined },
  keys: { used: 2, most: 200 },
  inotify: { usedInstances: 1, mostInstances: 128, usedWatches: 1, mostWatches: 1000, problem: undefined },
  disk: {
    path: '/home/ann/.local/share/tspod',
    shared: undefined,
    freeBytes: 50 * GIB,
    sizeBytes: 100 * GIB,
    inodes: 1e6,
    freeInodes: 5e5,
  },
  clock: { nowMs: 2e12, newestMs: 1e12, isSynchronized: true },
  lingers: true,
  runtimeDirectory: { path: '/run/user/1000', isOfSession: true },
  canPing: true,
  firstUnprivilegedPort: 80,
}

/** What is not ok, shortly. */
function complaints(facts: Partial<DoctorFacts>): string[] {
  return diagnose({ ...WELL, ...facts }).flatMap(({ name, state, isEssential, mend }) =>
    state === 'ok' ? [] : [`${state}${isEssential ? '!' : ''} ${name}: ${mend}`],
  )
}

test('a machine on which all is well', () => {
  expect(complaints({})).toEqual([])
  expect(complaints({ rootless: false, canPing: false, lingers: false, firstUnprivilegedPort: 1024 })).toEqual([])
})

const refused = { problem: 'EPERM', ids: 1, expectedIds: 65_537 }
const sysctl = (setting: string): string =>
  `echo '${setting}' | sudo tee -a /etc/sysctl.d/90-tspod.conf && sudo sysctl --system`

// biome-ignore format: a table
test.for<[string, Partial<DoctorFacts>, string]>([
  ['Debian\'s switch',        { namespace: { ...refused, sysctls: { 'kernel.unprivileged_userns_clone': '0' } } }, `missing! user namespaces: ${sysctl('kernel.unprivileged_userns_clone = 1')}`],
  ['none allowed',            { namespace: { ...refused, sysctls: { 'user.max_user_namespaces': '0' } } }, `missing! user namespaces: ${sysctl('user.max_user_namespaces = 15000')}`],
  ['Ubuntu\'s AppArmor',      { namespace: { ...refused, sysctls: { 'kernel.apparmor_restrict_unprivileged_userns': '1' } } }, `missing! user namespaces: ${sysctl('kernel.apparmor_restrict_unprivileged_userns = 0')}`],
  ['nobody says why',         { namespace: { ...refused, sysctls: {} } }, 'missing! user namespaces: a container or a hardened kernel may forbid them: see user_namespaces(7)'],
  ['no ids',                  { subuid: { ranges: [], sharedWith: [] } }, 'degraded subordinate ids: sudo usermod --add-subuids 165536-231071 --add-subgids 165536-231071 ann'],
  ['no ids on Alpine',        { subgid: { ranges: [], sharedWith: [] }, distribution: { id: 'alpine', like: [] } }, 'degraded subordinate ids: echo ann:165536:65536 | sudo tee -a /etc/subuid /etc/subgid'],
  ['too few',                 { subuid: { ranges: [{ start: 100_000, count: 1000 }], sharedWith: [] } }, 'degraded subordinate ids: sudo usermod --add-subuids 165536-231071 --add-subgids 165536-231071 ann'],
  ['those of others',         { subuid: { ...range, sharedWith: ['bob'] } }, 'degraded subordinate ids: give each user a range of its own in /etc/subuid and /etc/subgid; free from 165536 on'],
  ['the own id',              { subuid: { ranges: [{ start: 1000, count: 65_536 }], sharedWith: [] } }, 'degraded subordinate ids: correct your lines in /etc/subuid and /etc/subgid; free from 165536 on'],
  ['a wrong line',            { subidNotices: ['/etc/subuid, line 1: left out'] }, 'degraded subordinate ids: correct the line'],
  ['an older namespace',      { namespace: { ...WELL.namespace, ids: 1 } }, 'degraded subordinate ids: stop all containers, then: kill "$(cut -d" " -f1 "$XDG_RUNTIME_DIR/tspod/holder")"'],
  ['no newuidmap',            { newuidmap: { path: undefined, mayMap: false } }, 'degraded newuidmap, newgidmap: sudo apt install uidmap'],
  ['one without its bit',     { newgidmap: { path: '/usr/bin/newgidmap', mayMap: false } }, 'missing! newuidmap, newgidmap: sudo chmod u+s /usr/bin/newgidmap'],
  ['no storage',              { storage: { problem: 'full', hint: 'mend it' } }, 'missing! storage: mend it'],
  ['fuse-overlayfs',          { storage: { driver: 'fuse-overlayfs', tried: [{ name: 'overlay', reason: 'EPERM' }] }, fuseOverlayfs: { path: '/f', version: '1' } }, 'degraded storage: use a kernel from 5.13 on, and a file system such as ext4, xfs or btrfs for --root'],
  ['/dev/net/tun',            { devices: [] }, 'missing /dev/net/tun: sudo modprobe tun'],
  ['pasta alone',             { slirp4netns: none, pasta: { path: '/p', version: '' } }, 'degraded slirp4netns: sudo apt install slirp4netns'],
  ['no helper',               { slirp4netns: none }, 'missing slirp4netns: sudo apt install slirp4netns'],
  ['ping',                    { canPing: false }, `degraded ping: ${sysctl('net.ipv4.ping_group_range = 0 2147483647')}`],
  ['ports',                   { firstUnprivilegedPort: 1024 }, `degraded ports: ${sysctl('net.ipv4.ip_unprivileged_port_start = 80')}`],
  ['cgroups not delegated',   { cgroup: { ...WELL.cgroup, controllers: ['memory', 'pids'] } }, "degraded cgroups: sudo mkdir -p /etc/systemd/system/user@.service.d && printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' | sudo tee /etc/systemd/system/user@.service.d/delegate.conf && sudo systemctl daemon-reload, then log in again"],
  ['no cgroups',              { cgroup: { version: 'v1', manager: 'none', controllers: [], problem: { reason: 'r', hint: 'boot it otherwise' } } }, 'degraded cgroups: boot it otherwise'],
  ['no libseccomp',           { seccomp: { inKernel: true, problem: 'no file' }, distribution: { id: 'fedora', like: [] } }, 'missing! seccomp: sudo dnf install libseccomp'],
  ['a full keyring',          { keys: { used: 199, most: 200 } }, `degraded keyring: ${sysctl('kernel.keys.maxkeys = 2000')}`],
  ['inotify instances',       { inotify: { ...WELL.inotify, problem: 'EMFILE' } }, `degraded inotify: ${sysctl('fs.inotify.max_user_instances = 1024')}`],
  ['inotify watches',         { inotify: { ...WELL.inotify, usedWatches: 950 } }, `degraded inotify: ${sysctl('fs.inotify.max_user_watches = 4000')}`],
  ['little room',             { disk: { ...WELL.disk, freeBytes: GIB / 2 } }, 'degraded disk: "tspod system prune" removes what is not used; "tspod system df" shows what there is'],
  ['few inodes',              { disk: { ...WELL.disk, freeInodes: 1000 } }, 'degraded disk: "tspod system prune" removes what is not used; "tspod system df" shows what there is'],
  ['a disk of others',        { disk: { ...WELL.disk, shared: 'nfs' } }, 'degraded disk: give --root, or set XDG_DATA_HOME to, a directory on a disk of this machine'],
  ['no room',                 { disk: { ...WELL.disk, freeBytes: 0 } }, 'missing! disk: "tspod system prune" removes what is not used; "tspod system df" shows what there is'],
  ['a clock behind',          { clock: { nowMs: 1e11, newestMs: 1e12, isSynchronized: undefined } }, 'degraded clock: sudo timedatectl set-ntp true'],
  ['a clock of its own',      { clock: { ...WELL.clock, isSynchronized: false } }, 'degraded clock: sudo timedatectl set-ntp true'],
  ['no session',              { runtimeDirectory: { path: '/tmp/tspod-run-1000', isOfSession: false } }, 'degraded XDG_RUNTIME_DIR: log in by a session (ssh, machinectl shell ann@), or: export XDG_RUNTIME_DIR=/run/user/1000'],
  ['no linger',               { lingers: false }, 'degraded linger: sudo loginctl enable-linger ann'],
])('%s', ([, facts, complaint]) => {
  expect(complaints(facts)).toEqual([complaint])
})

test('vfs lacks fuse-overlayfs, which lacks /dev/fuse', () => {
  const storage = { driver: 'vfs', tried: [] }
  expect(complaints({ storage })).toEqual([
    'degraded storage: sudo apt install fuse-overlayfs',
    'missing fuse-overlayfs: sudo apt install fuse-overlayfs',
  ])
  const fuseOverlayfs = { path: '/f', version: '1' }
  expect(complaints({ storage, fuseOverlayfs, devices: ['/dev/net/tun'] })).toEqual([
    'degraded storage: use a kernel from 5.13 on',
    'missing fuse-overlayfs: sudo modprobe fuse',
  ])
})

test('what is not known is no complaint', () => {
  const unknown = { keys: undefined, firstUnprivilegedPort: undefined, lingers: undefined, storage: undefined }
  expect(complaints({ ...unknown, disk: { ...WELL.disk, inodes: 0, freeInodes: 0 } })).toEqual([])
})

test('what mends it is said in the words of the distribution', () => {
  const newuidmap = { path: undefined, mayMap: false }
  const complaint = (id: string) => complaints({ distribution: { id, like: [] }, newuidmap })[0]
  expect(complaint('fedora')).toMatch(/: sudo dnf install shadow-utils$/)
  expect(complaint('plan9')).toMatch(/: install the package that has newuidmap$/)
})

test('root needs no sudo', () => {
  const user = { ...WELL.user, uid: 0 }
  expect(complaints({ user, slirp4netns: none })).toEqual(['missing slirp4netns: apt install slirp4netns'])
})

test('what is used of inotify is what can be seen', () => {
  const inotify = { ...WELL.inotify, usedInstances: 0, usedWatches: 0 }
  expect(diagnose({ ...WELL, inotify }).find(({ name }) => name === 'inotify')?.what).toBe(
    '0 of 128 instances and 0 of 1000 watches in use, as far as can be seen',
  )
})
