import { describe, expect, test } from 'vitest'
import { DESCRIPTORS, type ProcessContext, terminalName } from './descriptors.ts'
import { backwards, parseRanges } from './id-names.ts'
import { parsePsArgs } from './parse-ps-args.ts'
import { clockText } from './ps-columns.ts'
import { parseProcess } from './read-process.ts'

const ENDED = new Array(30).fill('0').join(' ')
const SHELL = parseProcess(4242, {
  stat: `4242 (a) b (c) S 4000 4242 4242 34817 1 0 0 0 0 0 150 50 0 0 20 -5 3 0 1000 2322432 378 ${ENDED}`,
  status: [
    'Name:\tx',
    'Uid:\t101\t100\t100\t100',
    'Gid:\t201\t200\t200\t200',
    'Groups:\t10 29 ',
    'NSpid:\t4242\t7',
    'NSpgid:\t4242\t7',
    'VmRSS:\t    1512 kB',
    'Seccomp:\t2',
    'CapEff:\t0000000000000021',
    'CapBnd:\t000001ffffffffff',
    'CapPrm:\t0000000000000000',
    '',
  ].join('\n'),
  cmdline: 'sh\0-c\0\0sleep 1\0',
  label: 'unconfined\n',
})

const context: ProcessContext = {
  names: {
    user: (id) => (id === 100 ? 'alice' : `${id}`),
    group: (id) => (id === 10 ? 'wheel' : `${id}`),
    hostUser: (id) => `host${id}`,
    hostGroup: (id) => `host${id}`,
  },
  bootMs: 0,
  nowMs: 20_000,
  containerPid: (pid) => (pid === 4242 ? 7 : 0),
}
const show = (name: string, process = SHELL) => DESCRIPTORS[name]?.text(process, context)

describe('what podman calls it', () => {
  // biome-ignore format: a table
  test.for([
    ['pid', '7'], ['ppid', '0'], ['pgid', '7'], ['hpid', '4242'], ['comm', 'a) b (c'], ['args', 'sh -c  sleep 1'],
    ['user', 'alice'], ['ruser', '101'], ['group', '200'], ['rgroup', '201'], ['groups', 'wheel,29'], ['huser', 'host100'],
    ['hgroup', 'host200'], ['hgroups', 'host10,host29'], ['etime', '10s'], ['time', '2s'], ['pcpu', '20.000'], ['tty', 'pts/1'],
    ['vsz', '2268'], ['rss', '1512'], ['nice', '-5'], ['state', 'S'], ['seccomp', 'filter'], ['label', '?'],
    ['capeff', 'CHOWN,KILL'], ['capbnd', 'full'], ['capprm', 'none'], ['stime', '1970-01-01 00:00:10 +0000 UTC'],
  ] as const)('%s is %s', ([name, text]) => {
    expect(show(name)).toBe(text)
  })

  test('a process without arguments is its name in brackets', () => {
    expect(show('args', { ...SHELL, args: [] })).toBe('[a) b (c]')
  })
})

describe('arguments of ps(1)', () => {
  const headings = (...args: string[]) =>
    parsePsArgs(args, 'host')
      .map(({ heading }) => heading)
      .join(' ')

  // biome-ignore format: a table
  test.for([
    [[], 'UID PID PPID C STIME TTY TIME CMD'],
    [['-ef'], 'UID PID PPID C STIME TTY TIME CMD'],
    [['aux'], 'USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND'],
    [['-e'], 'PID TTY TIME COMMAND'],
    [['-eo', 'pid,comm'], 'PID COMMAND'],
    [['-opid,args'], 'PID COMMAND'],
    [['-o', 'pid=', '-o', 'user=WHO'], ' WHO'],
    [['axo', 'pid,%cpu,etime'], 'PID %CPU ELAPSED'],
    [['--format=pid,tty'], 'PID TT'],
  ] as const)('%j', ([args, text]) => {
    expect(headings(...args)).toBe(text)
  })

  test.for([['-o', 'nonsense'], ['--nonsense'], ['-o', 'pid,__proto__'], ['1234']])('%j is refused', (args) => {
    expect(() => headings(...args)).toThrow(expect.objectContaining({ code: 'E_BAD_DESCRIPTOR' }))
  })

  test('in the container or on the machine', () => {
    const [pid, user] = parsePsArgs(['-o', 'pid,user'], 'container')
    expect([pid?.text(SHELL, context), user?.text(SHELL, context)]).toEqual(['7', 'alice'])
    const [hostPid, hostUser] = parsePsArgs(['-o', 'pid,user'], 'host')
    expect([hostPid?.text(SHELL, context), hostUser?.text(SHELL, context)]).toEqual(['4242', 'host100'])
  })
})

test('times as ps(1) has them', () => {
  const texts = [5_000, 65_000, 3_600_000, 90_000_000].map((ms) => clockText(ms, false))
  expect(texts).toEqual(['00:05', '01:05', '01:00:00', '1-01:00:00'])
  expect(clockText(5_000, true)).toBe('00:00:05')
})

test('terminals by their numbers', () => {
  expect([0, 34816, 34817, 0x401, 0x501].map(terminalName)).toEqual(['?', 'pts/0', 'pts/1', 'tty1', 'console'])
})

test('ids through a map, and what is in none', () => {
  const ranges = parseRanges('         0       1000          1\n         1     100000      65536\n')
  expect([1000, 100_000, 100_004, 5].map((id) => backwards(ranges, id))).toEqual([0, 1, 5, 65534])
})
