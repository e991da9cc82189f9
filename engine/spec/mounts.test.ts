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
  const mounts = mountsOf({ tmpfs: ['/data/a'] }, { volumes })
  const order = mounts.map(({ destination }) => destination)
  expect(order.filter((path) => path.startsWith('/data'))).toEqual(['/data', '/data/a', '/data/a/b'])
  expect(order.filter((path) => path === '/etc/hosts')).toHaveLength(1)
  expect(find(mounts, '/etc/hosts')?.source).toBe('/v/hosts')
  expect(find(mounts, '/dev/shm')?.type).toBe('bind')
})

test('a mount on /run or /etc leaves our files out of it', () => {
  const mounts = mountsOf({ tmpfs: ['/run'] }, { volumes: [{ source: '/e', target: '/etc', options: [] }] })
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
