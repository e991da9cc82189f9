import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { sha256 } from './fake-registry.ts'
import { parseImageConfig } from './image-config.ts'

const ROOTFS = { type: 'layers', diff_ids: [sha256('layer')] }
const parse = (value: unknown) => parseImageConfig(Buffer.from(JSON.stringify(value)))

describe('parseImageConfig', () => {
  test('reads what tspod uses', () => {
    const config = parse({
      architecture: 'arm64',
      os: 'linux',
      variant: 'v8',
      created: '2024-01-02T03:04:05Z',
      author: 'A',
      rootfs: ROOTFS,
      history: [{ created_by: 'RUN x', empty_layer: true }],
      config: {
        User: '1000:1000',
        Env: ['A=b'],
        Entrypoint: ['/e'],
        Cmd: ['c'],
        WorkingDir: '/w',
        Labels: { l: 'v' },
        ExposedPorts: { '80/tcp': {} },
        Volumes: { '/data': {} },
        StopSignal: 'SIGINT',
      },
    })
    expect(config).toEqual({
      architecture: 'arm64',
      os: 'linux',
      variant: 'v8',
      created: '2024-01-02T03:04:05Z',
      author: 'A',
      user: '1000:1000',
      env: ['A=b'],
      entrypoint: ['/e'],
      cmd: ['c'],
      workingDir: '/w',
      labels: { l: 'v' },
      exposedPorts: ['80/tcp'],
      volumes: ['/data'],
      stopSignal: 'SIGINT',
      diffIds: ROOTFS.diff_ids,
      history: [{ created: '', createdBy: 'RUN x', comment: '', emptyLayer: true }],
    })
  })

  test('a health check, with times in nanoseconds, and nonsense for none', () => {
    const healthOf = (Healthcheck: unknown) => parse({ rootfs: ROOTFS, config: { Healthcheck } }).healthcheck
    expect(healthOf({ Test: ['CMD', 'x'], Interval: 3e9, Timeout: 1.5e9, Retries: 2 })).toEqual({
      test: ['CMD', 'x'],
      intervalMs: 3000,
      timeoutMs: 1500,
      startPeriodMs: 0,
      startIntervalMs: 0,
      retries: 2,
    })
    for (const none of [null, undefined, {}, { Test: [] }, { Test: ['WHAT'] }]) expect(healthOf(none)).toBeUndefined()
    expect(healthOf({ Test: ['CMD', 'x'], Interval: -1, Timeout: 1e300, Retries: 'x' })).toMatchObject({
      intervalMs: 0,
      timeoutMs: 2 ** 31 - 1,
      retries: 0,
    })
    for (const bad of [[], 'x', { Test: 'x' }, { Test: [1] }]) expect(() => healthOf(bad)).toThrow(TspodError)
  })

  test('null and absent are empty', () => {
    const nulls = {
      User: null,
      Env: null,
      Entrypoint: null,
      Cmd: null,
      Labels: null,
      Volumes: null,
      ExposedPorts: null,
    }
    const empty = parse({ rootfs: ROOTFS })
    expect(empty).toMatchObject({ user: '', env: [], entrypoint: [], cmd: [], labels: {}, volumes: [], history: [] })
    expect(parse({ rootfs: ROOTFS, config: nulls, history: null, created: null })).toEqual(empty)
    expect(parse({ rootfs: ROOTFS, config: null })).toEqual(empty)
  })

  // biome-ignore format: a table
  test.for([
    [{},                                                     /rootfs is not an object/],
    [{ rootfs: { type: 'x' } },                              /rootfs.type/],
    [{ rootfs: { ...ROOTFS, diff_ids: ['sha256:x'] } },      /rootfs.diff_ids\[0\]/],
    [{ rootfs: ROOTFS, config: { Env: 'A=b' } },             /config.Env is not a list/],
    [{ rootfs: ROOTFS, config: { Env: [1] } },               /config.Env\[0\] is not a string/],
    [{ rootfs: ROOTFS, config: { Env: ['A=b\0C=d'] } },      /config.Env\[0\] contains a NUL/],
    [{ rootfs: ROOTFS, config: { Cmd: 'sh' } },              /config.Cmd/],
    [{ rootfs: ROOTFS, config: { Volumes: { data: {} } } },  /not an absolute path/],
    [{ rootfs: ROOTFS, config: { Labels: { a: 1 } } },       /the label "a"/],
    [{ rootfs: ROOTFS, config: { Env: Array(10_001).fill('A=b') } }, /more than 10000/],
  ] as const)('refuses %j', ([value, words]) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'E_REGISTRY_PROTOCOL', message: expect.stringMatching(words) }))
  })

  test('a label cannot reach the prototype', () => {
    const labels = parseImageConfig(
      Buffer.from(`{"rootfs":${JSON.stringify(ROOTFS)},"config":{"Labels":{"__proto__":"x"}}}`),
    ).labels
    expect(Object.keys(labels)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(labels)).toBe(Object.prototype)
  })

  test('any JSON is a configuration or a TspodError', () => {
    const member = fc.constantFrom(
      'User',
      'Env',
      'Entrypoint',
      'Cmd',
      'WorkingDir',
      'Labels',
      'ExposedPorts',
      'Volumes',
      '__proto__',
    )
    const config = fc.dictionary(member, fc.jsonValue()).map((config) => ({ rootfs: ROOTFS, config }))
    const outer = fc.dictionary(fc.constantFrom('rootfs', 'history', 'config', 'os'), fc.jsonValue())
    fc.assert(
      fc.property(fc.oneof(config, outer, fc.jsonValue()), (value) => {
        try {
          parse(value)
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
