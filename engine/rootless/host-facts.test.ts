import { getgid, getuid } from 'node:process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readHostFacts } from './host-facts.ts'
import { parseIdMap } from './parse-id-map.ts'
import { parseLimits } from './parse-limits.ts'

test('each extent of the namespace, mapped to itself', () => {
  expect(parseIdMap('         0       1000          1\n         1     100000      65536\nnonsense\n')).toEqual([
    { containerID: 0, hostID: 0, size: 1 },
    { containerID: 1, hostID: 1, size: 65536 },
  ])
})

test('limits of /proc/self/limits', () => {
  const text = [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    'Max cpu time              unlimited            unlimited            seconds   ',
    'Max open files            1024                 524288               files     ',
    'Max nice priority         0                    20                             ',
    'Max stack size            8388608              unlimited            bytes     ',
  ].join('\n')
  expect(parseLimits(text)).toEqual({
    RLIMIT_CPU: { soft: -1, hard: -1 },
    RLIMIT_NOFILE: { soft: 1024, hard: 524288 },
    RLIMIT_NICE: { soft: 0, hard: 20 },
    RLIMIT_STACK: { soft: 8388608, hard: -1 },
  })
})

test('what is read of this machine is complete', () => {
  const env = { A: 'b' }
  const facts = readHostFacts({ uid: 1000, gid: 1001, env })
  expect(facts).toMatchObject({ rootless: true, uid: 1000, gid: 1001, env, arch: expect.stringMatching(/^[a-z0-9]+$/) })
  expect(facts.uidMap.length).toBeGreaterThan(0)
  expect(Object.keys(facts.rlimits)).toHaveLength(16)
  expect(facts.kernelRelease).toMatch(/^\d+\.\d+/)
  expect(readHostFacts({ uid: getuid?.() ?? 0, gid: getgid?.() ?? 0, env }).hostname).not.toBe('')
})

test('whatever the texts, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseIdMap(text)).toBeInstanceOf(Array)
      expect(parseLimits(text)).toBeInstanceOf(Object)
    }),
    { numRuns: 100 },
  )
})
