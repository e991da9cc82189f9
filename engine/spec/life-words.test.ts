import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseHealth } from './parse-health.ts'
import { parseLog } from './parse-log.ts'
import { parseRestart } from './parse-restart.ts'

// biome-ignore format: a table
test.for([
  ['',               'no',             0],
  ['no',             'no',             0],
  ['always',         'always',         0],
  ['unless-stopped', 'unless-stopped', 0],
  ['on-failure',     'on-failure',     0],
  ['on-failure:5',   'on-failure',     5],
] as const)('--restart %j', ([text, name, maximumRetryCount]) => {
  expect(parseRestart(text)).toEqual({ name, maximumRetryCount })
})

test.for(['sometimes', 'always:3', 'on-failure:', 'on-failure:-1', 'on-failure:x', 'Always'])(
  '--restart %j is refused',
  (text) => {
    expect(() => parseRestart(text)).toThrow(TspodError)
  },
)

describe('logs', () => {
  test('drivers and options', () => {
    expect(parseLog({}, '/')).toBeUndefined()
    expect(parseLog({ logDriver: 'json-file' }, '/')).toEqual({ driver: 'json-file', maxSizeBytes: 0, maxFiles: 1 })
    const logOpts = ['max-size=10m', 'max-file=3', 'path=log', 'tag={{.Name}}', 'compress=true']
    expect(parseLog({ logOpts }, '/home/me')).toEqual({
      driver: 'k8s-file',
      maxSizeBytes: 10_000_000,
      maxFiles: 3,
      path: '/home/me/log',
      tag: '{{.Name}}',
    })
    expect(parseLog({ logDriver: 'local' }, '/')?.driver).toBe('k8s-file')
  })

  // biome-ignore format: a table
  test.for([
    [{ logDriver: 'syslog' }], [{ logDriver: 'toString' }], [{ logOpts: ['max-size=x'] }], [{ logOpts: ['max-file=0'] }],
    [{ logOpts: ['max-file=9999'] }], [{ logOpts: ['what=1'] }], [{ logOpts: ['max-size=-5m'] }],
  ])('%j is refused', ([request]) => {
    expect(() => parseLog(request ?? {}, '/')).toThrow(TspodError)
  })
})

describe('health checks', () => {
  const IMAGE = {
    test: ['CMD', 'curl', 'x'],
    intervalMs: 5000,
    timeoutMs: 0,
    startPeriodMs: 0,
    startIntervalMs: 0,
    retries: 7,
  }

  test('the image’s, the flags over it, and defaults for the rest', () => {
    expect(parseHealth(undefined, undefined)).toBeUndefined()
    expect(parseHealth({ retries: 2, timeout: '1m30s' }, IMAGE)).toEqual({
      argv: ['curl', 'x'],
      test: ['CMD', 'curl', 'x'],
      intervalMs: 5000,
      timeoutMs: 90_000,
      startPeriodMs: 0,
      startIntervalMs: 5000,
      retries: 2,
      onFailure: 'none',
      maxLogCount: 5,
      maxLogSize: 500,
    })
    expect(parseHealth({ disable: true }, IMAGE)).toBeUndefined()
    expect(parseHealth({ cmd: 'none' }, IMAGE)).toBeUndefined()
  })

  test('what is checked at the start, with defaults of its own', () => {
    expect(parseHealth({ startupCmd: 'up', startupSuccess: 2, startupInterval: '1s' }, IMAGE)).toMatchObject({
      argv: ['curl', 'x'],
      startup: {
        argv: ['/bin/sh', '-c', 'up'],
        test: ['CMD-SHELL', 'up'],
        intervalMs: 1000,
        timeoutMs: 30_000,
        retries: 0,
        successes: 2,
      },
    })
    expect(parseHealth({ startupCmd: 'none' }, IMAGE)?.startup).toBeUndefined()
  })

  // biome-ignore format: a table
  test.for([
    ['curl x || exit 1',              ['/bin/sh', '-c', 'curl x || exit 1'], ['CMD-SHELL', 'curl x || exit 1']],
    ['["curl","x"]',                  ['curl', 'x'],                         ['CMD', 'curl', 'x']],
    ['["CMD","curl","x"]',            ['curl', 'x'],                         ['CMD', 'curl', 'x']],
    ['["CMD-SHELL","a && b"]',        ['/bin/sh', '-c', 'a && b'],           ['CMD-SHELL', 'a && b']],
    ['[ -f /x ]',                     ['/bin/sh', '-c', '[ -f /x ]'],        ['CMD-SHELL', '[ -f /x ]']],
  ] as const)('--health-cmd %s', ([cmd, argv, words]) => {
    expect(parseHealth({ cmd }, undefined)).toMatchObject({ argv, test: words })
  })

  test.for([
    { cmd: '[]' },
    { cmd: '["CMD"]' },
    { cmd: 'x', interval: 'soon' },
    { cmd: 'x', retries: 0 },
    { cmd: 'x', timeout: '-1s' },
    { onFailure: 'kill' as const },
    { startupCmd: 'x' },
    { cmd: 'x', startupRetries: 3 },
    { cmd: 'x', startupCmd: '' },
    { cmd: 'x', startupCmd: 'y', startupInterval: 'soon' },
    { cmd: 'x', startupCmd: 'y', startupSuccess: -1 },
  ])('%j is refused', (request) => {
    expect(() => parseHealth(request, undefined)).toThrow(TspodError)
  })

  test('whatever the words, a TspodError or a check with a program', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (cmd, interval) => {
        try {
          const health = parseHealth({ cmd, interval }, undefined)
          expect(health === undefined || health.argv.length > 0).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      }),
      { numRuns: 300 },
    )
  })
})
