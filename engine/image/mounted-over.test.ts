import { expect, test } from 'vitest'
import type { Change } from '../../storage/images/diff-trees.ts'
import { mountPointsIn } from './mount-points.ts'
import { withoutMountPoints } from './mounted-over.ts'

test('what the engine makes in a container is no change of the container', () => {
  const changes: Change[] = [
    { kind: 'added', path: '/dev' },
    { kind: 'changed', path: '/etc' },
    { kind: 'added', path: '/etc/hosts' },
    { kind: 'changed', path: '/run' },
    { kind: 'added', path: '/run/own.pid' },
    { kind: 'deleted', path: '/proc/x' },
  ]
  expect(withoutMountPoints(changes).map(({ path }) => path)).toEqual(['/run/own.pid', '/proc/x'])
  const own: Change = { kind: 'added', path: '/etc/motd' }
  expect(withoutMountPoints([...changes, own]).map(({ path }) => path)).toEqual([
    '/etc',
    '/run/own.pid',
    '/proc/x',
    '/etc/motd',
  ])
})

test('mount points are read as the kernel writes them', () => {
  const lines = ['29 1 8:1 / / rw - ext4 /dev/sda1 rw', '40 29 0:40 / /a\\040b\\134c rw - overlay overlay ro', '']
  expect(mountPointsIn(lines.join('\n'))).toEqual(['/', '/a b\\c'])
})
