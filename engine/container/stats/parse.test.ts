import { expect, test } from 'vitest'
import { flatValue, parseIoStat, parseNetDev } from './parse.ts'

test('bytes in and out, without the loopback', () => {
  const text = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo:     500       5    0    0    0     0          0         0      500       5    0    0    0     0       0          0',
    '  tap0:    1000      10    0    0    0     0          0         0     2000      20    0    0    0     0       0          0',
    'eth1:1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0',
    '',
  ].join('\n')
  expect(parseNetDev(text)).toEqual({ inBytes: 1001, outBytes: 2003 })
  expect(parseNetDev('')).toEqual({ inBytes: 0, outBytes: 0 })
})

test('a value of a file with a name a line', () => {
  const text = 'usage_usec 1500\nuser_usec 1000\n'
  expect([flatValue(text, 'usage_usec'), flatValue(text, 'usec'), flatValue('', 'x')]).toEqual([1500, 0, 0])
})

test('bytes over all devices', () => {
  const text = '8:0 rbytes=10 wbytes=20 rios=1 wios=1 dbytes=0 dios=0\n8:16 rbytes=1 wbytes=2 rios=0\n7:0\n'
  expect(parseIoStat(text)).toEqual({ readBytes: 11, writtenBytes: 22 })
})
