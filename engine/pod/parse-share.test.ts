import { expect, test } from 'vitest'
import { parseShare } from './parse-share.ts'

test.for([
  [undefined, ['ipc', 'net', 'uts']],
  ['', []],
  ['none', []],
  ['pid', ['pid']],
  ['uts,net,uts', ['net', 'uts']],
  ['+pid,cgroup', ['cgroup', 'ipc', 'net', 'pid', 'uts']],
] as const)('%j shares %j', ([text, kinds]) => expect(parseShare(text)).toEqual(kinds))

test.for(['mnt', 'net,', '+', 'none,net'])('%j is refused', (text) => {
  expect(() => parseShare(text)).toThrow(expect.objectContaining({ code: 'E_BAD_SHARE' }))
})
