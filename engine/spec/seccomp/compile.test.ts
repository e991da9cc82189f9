import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { filterFileName, seccompFilterFile } from './cached-filter.ts'
import { compileSeccomp } from './compile.ts'
import { defaultProfile } from './default-profile.ts'
import { loadProfile } from './load-profile.ts'

const ALLOW = 0x7fff0000
const KILL_PROCESS = 0x80000000
const errno = (number: number): number => 0x00050000 + number

/** Source: include/uapi/linux/audit.h; system call numbers of x86-64. */
const X86_64 = 0xc000003e
const AARCH64 = 0xc00000b7
const CALL = {
  read: 0,
  socket: 41,
  clone: 56,
  personality: 135,
  chroot: 161,
  swapon: 167,
  io_uring_setup: 425,
  clone3: 435,
}

/** What a filter answers, by the rules of the kernel's classic BPF. Source: filter.rst of the kernel documentation. */
function answer(filter: Buffer, call: number, args: readonly bigint[] = [], arch = X86_64): number {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(call, 0)
  data.writeUInt32LE(arch, 4)
  for (const [index, value] of args.entries()) data.writeBigUInt64LE(value, 16 + index * 8)
  let accumulator = 0
  for (let at = 0; at < filter.length / 8; at++) {
    const code = filter.readUInt16LE(at * 8)
    const [ifTrue, ifFalse] = [filter.readUInt8(at * 8 + 2), filter.readUInt8(at * 8 + 3)]
    const k = filter.readUInt32LE(at * 8 + 4)
    if (code === 0x20) accumulator = data.readUInt32LE(k)
    else if (code === 0x54) accumulator = (accumulator & k) >>> 0
    else if (code === 0x05) at += k
    else if (code === 0x06) return k
    else if (code === 0x15) at += accumulator === k ? ifTrue : ifFalse
    else if (code === 0x25) at += accumulator > k ? ifTrue : ifFalse
    else if (code === 0x35) at += accumulator >= k ? ifTrue : ifFalse
    else if (code === 0x45) at += (accumulator & k) !== 0 ? ifTrue : ifFalse
    else throw new Error(`instruction ${code.toString(16)}`)
  }
  throw new Error('the filter has no end')
}

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'seccomp-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('a profile becomes the same instructions each time', async () => {
  const profile = defaultProfile([], 'amd64')
  const filter = await compileSeccomp(profile)
  expect(filter.length % 8).toBe(0)
  expect(filter.length / 8).toBeGreaterThan(50)
  expect(await compileSeccomp(profile)).toEqual(filter)
})

test('the default filter of x86-64', async () => {
  const filter = await compileSeccomp(defaultProfile([], 'amd64'))
  expect(answer(filter, CALL.read)).toBe(ALLOW)
  expect(answer(filter, CALL.clone, [0x10000000n])).toBe(ALLOW)
  expect(answer(filter, CALL.clone3)).toBe(ALLOW)
  expect(answer(filter, CALL.chroot)).toBe(errno(1))
  expect(answer(filter, CALL.swapon)).toBe(errno(1))
  expect(answer(filter, CALL.io_uring_setup)).toBe(errno(38))
  expect(answer(filter, 9999)).toBe(errno(38))
  expect(answer(filter, CALL.read, [], AARCH64)).toBe(KILL_PROCESS)
  expect(answer(filter, CALL.personality, [8n])).toBe(ALLOW)
  expect(answer(filter, CALL.personality, [0x40000n])).toBe(errno(38))
})

test('capabilities open what they are for', async () => {
  const filter = await compileSeccomp(defaultProfile(['CAP_SYS_CHROOT'], 'amd64'))
  expect(answer(filter, CALL.chroot)).toBe(ALLOW)
})

test.for([
  ['without', [], errno(22)],
  ['with', ['CAP_AUDIT_WRITE'], ALLOW],
] as const)('sockets %s the right to audit', async ([, capabilities, audit]) => {
  const filter = await compileSeccomp(defaultProfile(capabilities, 'amd64'))
  const socket = (family: number, protocol: number, high = 0n): number =>
    answer(filter, CALL.socket, [BigInt(family) + high, 1n, BigInt(protocol) + high])
  for (let family = 0; family < 64; family++) {
    for (let protocol = 0; protocol < 32; protocol++) {
      const expected = family === 40 ? errno(1) : family === 16 && protocol === 9 ? audit : ALLOW
      expect(socket(family, protocol), `socket(${family}, 1, ${protocol})`).toBe(expected)
    }
  }
  // The kernel reads ints, so the upper halves of the registers change nothing.
  expect(socket(40, 0, 1n << 32n)).toBe(errno(1))
  expect(socket(16, 9, 1n << 32n)).toBe(audit)
})

test('names that no library knows are left out', async () => {
  const profile = loadProfile(
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["no_such_call","swapon"],"action":"SCMP_ACT_KILL_PROCESS"}]}',
    'p',
    { capabilities: [], arch: 'amd64', kernelRelease: '6.1' },
  )
  const filter = await compileSeccomp(profile)
  expect(answer(filter, CALL.swapon)).toBe(KILL_PROCESS)
  expect(answer(filter, CALL.read)).toBe(ALLOW)
})

test('a filter is compiled once and then found', async () => {
  const cache = join(directory, 'made', 'when-needed')
  const profile = defaultProfile([], 'amd64')
  const path = await seccompFilterFile(profile, cache)
  expect(path).toBe(join(cache, filterFileName(profile)))
  expect(readFileSync(path)).toEqual(await compileSeccomp(profile))
  expect(readdirSync(cache)).toHaveLength(1)
  writeFileSync(path, 'as found')
  expect(await seccompFilterFile(profile, cache)).toBe(path)
  expect(readFileSync(path, 'utf8')).toBe('as found')
})

test('another profile is another file, and an empty file is none', async () => {
  const [one, other] = [defaultProfile([], 'amd64'), defaultProfile(['CAP_SYS_CHROOT'], 'amd64')]
  expect(filterFileName(one)).not.toBe(filterFileName(other))
  writeFileSync(join(directory, filterFileName(one)), '')
  const path = await seccompFilterFile(one, directory)
  expect(readFileSync(path).length).toBeGreaterThan(0)
})
