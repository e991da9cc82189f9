import { expect, test } from 'vitest'
import { fileSystemOf } from './machine-line.ts'

const MOUNTS = [
  '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
  '23 22 0:5 / /var rw - xfs /dev/vdb rw',
  '24 23 0:6 / /var/tmp rw - tmpfs tmpfs rw',
  '25 24 0:7 / /var/tmp rw - btrfs /dev/vdc rw',
  '',
].join('\n')

test.for([
  ['/home/a', 'ext4'],
  ['/var/tmpx', 'xfs'],
  ['/var/tmp/bench', 'btrfs'],
  ['/var/tmp', 'btrfs'],
] as const)('%s is on %s', ([path, type]) => {
  expect(fileSystemOf(MOUNTS, path)).toBe(type)
})
