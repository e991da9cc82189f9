import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { locateCgroups } from './locate.ts'

const V2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate'
const V1 = [
  '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755',
  '33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:5 - cgroup cgroup rw,cpu,cpuacct',
  '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
  '40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd',
].join('\n')
const HYBRID = `${V1}\n41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`

describe('locateCgroups', () => {
  test('finds the cgroup of a login session', () => {
    expect(locateCgroups(V2, '0::/user.slice/user-1000.slice/session-3.scope\n')).toEqual({
      places: [{ mountPoint: '/sys/fs/cgroup', own: '/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope' }],
      hasV2: true,
      v1Controllers: [],
    })
  })

  test('finds the root of a cgroup namespace, as in a container', () => {
    expect(locateCgroups(V2, '0::/\n').places).toEqual([{ mountPoint: '/sys/fs/cgroup', own: '/sys/fs/cgroup' }])
  })

  test('finds a cgroup through a mount that shows only a part of the tree', () => {
    const part = '30 23 0:26 /docker/abc /sys/fs/cgroup ro,relatime - cgroup2 cgroup rw'
    expect(locateCgroups(part, '0::/docker/abc/inner\n').places[0]?.own).toBe('/sys/fs/cgroup/inner')
    expect(locateCgroups(part, '0::/docker/abcdef\n').places).toEqual([])
  })

  test('does not follow a path out of the cgroup namespace', () => {
    expect(locateCgroups(V2, '0::/../../other\n')).toMatchObject({ places: [], hasV2: true })
    expect(locateCgroups(V2.replace(' / ', ' /../.. '), '0::/x\n')).toMatchObject({ places: [], hasV2: true })
  })

  test('knows which controllers a hybrid host keeps in version 1', () => {
    const view = locateCgroups(HYBRID, '4:memory:/a\n1:name=systemd:/b\n0::/c\n')
    expect(view.places).toEqual([{ mountPoint: '/sys/fs/cgroup/unified', own: '/sys/fs/cgroup/unified/c' }])
    expect(view.v1Controllers).toEqual(expect.arrayContaining(['cpu', 'memory']))
  })

  test('finds nothing where there is only version 1', () => {
    expect(locateCgroups(V1, '4:memory:/a\n')).toMatchObject({ places: [], hasV2: false })
  })

  test('tries the usual mount first, and of others the last', () => {
    const at = (path: string) => V2.replace('/sys/fs/cgroup', path)
    const view = locateCgroups([at('/a'), V2, at('/b')].join('\n'), '0::/\n')
    expect(view.places.map(({ own }) => own)).toEqual(['/sys/fs/cgroup', '/b', '/a'])
  })

  test('reads escaped mount points', () => {
    expect(locateCgroups(V2.replace('/sys/fs/cgroup', '/a\\040b'), '0::/c\n').places[0]?.own).toBe('/a b/c')
  })

  test('survives anything', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        locateCgroups(`${a}\n${V2}`, b)
      }),
      { numRuns: 200 },
    )
  })
})
