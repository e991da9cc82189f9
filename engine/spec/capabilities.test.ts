import { expect, test } from 'vitest'
import { CAPABILITIES } from '../plan/constants.ts'
import { processCapabilities } from './capabilities.ts'

const DEFAULT = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_NET_BIND_SERVICE',
  'CAP_SYS_CHROOT',
  'CAP_SETFCAP',
]

test('root has the default set, and nothing ambient', () => {
  expect(processCapabilities({}, 0)).toEqual({
    bounding: DEFAULT,
    effective: DEFAULT,
    permitted: DEFAULT,
    inheritable: [],
    ambient: [],
  })
})

test('another user has what was added, across exec, and the bounding set stays', () => {
  const own = ['CAP_NET_RAW']
  expect(processCapabilities({ capAdd: ['net_raw'] }, 1000)).toEqual({
    bounding: [...DEFAULT.slice(0, 9), 'CAP_NET_RAW', ...DEFAULT.slice(9)],
    effective: own,
    permitted: own,
    inheritable: own,
    ambient: own,
  })
  expect(processCapabilities({}, 1000).effective).toEqual([])
})

test.for([
  [
    'added and dropped in any spelling',
    { capAdd: ['CAP_SYS_TIME,net_admin'], capDrop: ['all'] },
    ['CAP_NET_ADMIN', 'CAP_SYS_TIME'],
  ],
  [
    'dropped',
    { capDrop: ['Chown', 'CAP_KILL'] },
    DEFAULT.filter((name) => name !== 'CAP_CHOWN' && name !== 'CAP_KILL'),
  ],
  ['all', { capAdd: ['ALL'] }, CAPABILITIES],
  ['all but one', { capAdd: ['ALL'], capDrop: ['SYS_ADMIN'] }, CAPABILITIES.filter((name) => name !== 'CAP_SYS_ADMIN')],
  ['privileged', { privileged: true, capDrop: ['ALL'] }, CAPABILITIES],
] as const)('%s', ([, request, bounding]) => {
  expect(processCapabilities(request, 0).bounding).toEqual(bounding)
})

test('an unknown one comes with the nearest', () => {
  expect(() => processCapabilities({ capAdd: ['net_admn'] }, 0)).toThrow(
    expect.objectContaining({ code: 'E_UNKNOWN_CAPABILITY', hint: 'did you mean CAP_NET_ADMIN?' }),
  )
})

test('the same added and dropped is an error', () => {
  expect(() => processCapabilities({ capAdd: ['KILL'], capDrop: ['CAP_KILL'] }, 0)).toThrow(
    expect.objectContaining({ code: 'E_CAPABILITY_CONFLICT' }),
  )
})
