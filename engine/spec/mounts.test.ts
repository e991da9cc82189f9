import { expect, test } from 'vitest'
import { containerMounts } from './mounts.ts'

const ALL = [{ containerID: 0, hostID: 0, size: 65536 }]
const REQUEST = { image: 'x', command: [] }

type Input = Parameters<typeof containerMounts>[0]

function mountsOf(request: Partial<Input['request']> = {}, more: Partial<Input> = {}) {
  const host = { uidMap: ALL, gidMap: ALL } as unknown as Input['host']
  return containerMounts({
    host,
    network: 'private',
    volumes: [],
    containerDir: '/c',
    request: { ...REQUEST, ...request },
    ...more,
  })
}

function tmpfs(destination: string) {
  return { destination, type: 'tmpfs', source: 'tmpfs', options: [] }
}

function find(mounts: ReturnType<typeof mountsOf>, destination: string) {
  return mounts.find((mount) => mount.destination === destination)
}

test('what every container has, outer before inner', () => {
  expect(mountsOf().map(({ destination, type, source }) => `${destination} ${type} ${source}`)).toEqual([
    '/proc proc proc',
    '/dev tmpfs tmpfs',
    '/sys sysfs sysfs',
    '/dev/pts devpts devpts',
    '/dev/mqueue mqueue mqueue',
    '/dev/shm tmpfs shm',
    '/etc/hosts bind /c/hosts',
    '/etc/hostname bind /c/hostname',
    '/etc/resolv.conf bind /c/resolv.conf',
    '/run/.containerenv bind /c/containerenv',
    '/sys/fs/cgroup cgroup2 cgroup',
  ])
})

test('/.dockerenv is there where it is asked for', () => {
  expect(find(mountsOf({ dockerenv: true }), '/.dockerenv')).toMatchObject({ type: 'bind', source: '/c/dockerenv' })
})

test('terminals belong to the group tty where it is mapped', () => {
  expect(find(mountsOf(), '/dev/pts')?.options).toContain('gid=5')
  const alone = { uidMap: ALL, gidMap: [{ containerID: 0, hostID: 0, size: 1 }] } as unknown as Input['host']
  expect(find(mountsOf({}, { host: alone }), '/dev/pts')?.options).not.toContain('gid=5')
})

test('the size of /dev/shm is 64 MiB, or what was asked for', () => {
  expect(find(mountsOf(), '/dev/shm')?.options).toContain('size=67108864')
  expect(find(mountsOf({ shmSize: '1g' }), '/dev/shm')?.options).toContain('size=1073741824')
})

test('/sys and cgroups are read-only unless privileged, and the host’s with the host’s network', () => {
  expect(find(mountsOf(), '/sys')?.options).toContain('ro')
  expect(find(mountsOf({ privileged: true }), '/sys')?.options).not.toContain('ro')
  expect(find(mountsOf({ privileged: true }), '/sys/fs/cgroup')?.options).toContain('rw')
  expect(find(mountsOf({}, { network: 'host' }), '/sys')).toMatchObject({
    type: 'bind',
    source: '/sys',
    options: expect.arrayContaining(['rbind', 'ro']),
  })
})

test('volumes are ordered by depth and take the place of what a container has otherwise', () => {
  const volumes = [
    { source: '/v/deep', target: '/data/a/b', options: ['rbind'] },
    { source: '/v/top', target: '/data', options: ['rbind'] },
    { source: '/v/hosts', target: '/etc/hosts', options: ['rbind'] },
    { source: '/v/shm', target: '/dev/shm', options: ['rbind'] },
  ]
  const mounts = mountsOf({}, { volumes, mounts: [tmpfs('/data/a')] })
  const order = mounts.map(({ destination }) => destination)
  expect(order.filter((path) => path.startsWith('/data'))).toEqual(['/data', '/data/a', '/data/a/b'])
  expect(order.filter((path) => path === '/etc/hosts')).toHaveLength(1)
  expect(find(mounts, '/etc/hosts')?.source).toBe('/v/hosts')
  expect(find(mounts, '/dev/shm')?.type).toBe('bind')
})

test('a mount on /run or /etc leaves our files out of it', () => {
  const volumes = [{ source: '/e', target: '/etc', options: [] }]
  const mounts = mountsOf({}, { volumes, mounts: [tmpfs('/run')] })
  expect(mounts.filter(({ source }) => source.startsWith('/c/'))).toEqual([])
})

test('--dns none leaves resolv.conf alone', () => {
  expect(find(mountsOf({ dns: ['none'] }), '/etc/resolv.conf')).toBeUndefined()
})

test('a read-only container can write to the usual directories, its own mounts first', () => {
  const mounts = mountsOf({ readOnly: true }, { volumes: [{ source: '/t', target: '/tmp', options: ['ro'] }] })
  expect(find(mounts, '/run')?.type).toBe('tmpfs')
  expect(find(mounts, '/var/tmp')?.type).toBe('tmpfs')
  expect(find(mounts, '/tmp')?.type).toBe('bind')
  expect(find(mounts, '/run/.containerenv')).toBeDefined()
})

test('an overlay has its source below what is written, with separators kept apart', () => {
  const overlay = { lower: ['/a:b', '/c,d'], upper: '/u', work: '/w', place: '/p' }
  const volumes = [{ source: '/a', target: '/o', options: ['rbind', 'rprivate', 'nosuid', 'rw'], overlay }]
  expect(find(mountsOf({}, { volumes }), '/o')).toEqual({
    destination: '/o',
    type: 'overlay',
    source: '/p',
    options: ['nosuid', 'rw', 'lowerdir=/a\\:b:/c\\,d', 'upperdir=/u', 'workdir=/w', 'userxattr'],
  })
})

test('namespaces of the host show what the host has', () => {
  const mounts = mountsOf({ pid: 'host', ipc: 'host', cgroupns: 'host' }, { exists: () => true })
  for (const path of ['/proc', '/dev/mqueue', '/dev/shm', '/sys/fs/cgroup'])
    expect(find(mounts, path)).toMatchObject({ type: 'bind', source: path })
  expect(find(mountsOf({ ipc: 'none' }), '/dev/shm')).toBeUndefined()
})

test('in another container’s network its hosts and resolv.conf are those of that one', () => {
  const mounts = mountsOf({}, { network: 'joined', networkFiles: '/other' })
  expect(find(mounts, '/etc/hosts')?.source).toBe('/other/hosts')
  expect(find(mounts, '/etc/resolv.conf')?.source).toBe('/other/resolv.conf')
  expect(find(mounts, '/etc/hostname')?.source).toBe('/c/hostname')
})

test('what is not to be generated is not', () => {
  const mounts = mountsOf({ noHosts: true, noHostname: true, readOnly: true, readOnlyTmpfs: false })
  for (const path of ['/etc/hosts', '/etc/hostname', '/tmp']) expect(find(mounts, path)).toBeUndefined()
})

test('systemd gets file systems in memory and its cgroup', () => {
  const mounts = mountsOf({ shmSizeSystemd: '1m' }, { systemd: true } as Partial<Input>)
  expect(find(mounts, '/run')?.options).toContain('size=1048576')
  for (const path of ['/run/lock', '/tmp', '/var/log/journal']) expect(find(mounts, path)?.type).toBe('tmpfs')
  expect(find(mounts, '/sys/fs/cgroup')?.options).toContain('rw')
})
