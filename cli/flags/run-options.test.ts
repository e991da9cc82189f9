import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RunRequest } from '../../engine/request.ts'
import { defineStandaloneCommand } from '../command.ts'
import { GLOBAL_OPTIONS } from '../config.ts'
import { parseCommand } from '../yargs.ts'
import { RUN_OPTIONS, RUN_POSITIONALS, type RunArguments, toRunRequest } from './run-options.ts'

const command = defineStandaloneCommand({
  usage: 'run [options] IMAGE [COMMAND [ARG...]]',
  optionsEndAtPositional: true,
  positionals: RUN_POSITIONALS,
  options: { ...RUN_OPTIONS, detach: { type: 'boolean', alias: 'd', describe: '' } },
  runAlone: () => ({}),
})

function requestOf(...argv: string[]): RunRequest {
  // The arguments are what the parser made of these very options.
  return toRunRequest(parseCommand(command, argv, GLOBAL_OPTIONS).args as unknown as RunArguments)
}

const DEFAULTS = { pull: 'missing' }

test.for([
  [['alpine'], { image: 'alpine', command: [] }],
  [['alpine', 'ls', '-la'], { image: 'alpine', command: ['ls', '-la'] }],
  [
    ['--rm', '-itd', 'alpine'],
    { image: 'alpine', command: [], remove: true, interactive: true, tty: true, detach: true },
  ],
  [['--rm=false', '--tty=true', 'alpine'], { image: 'alpine', command: [], tty: true }],
  [['-e', 'A=B', '-eC=D', '--env=E=F', '-e', 'G', 'i'], { image: 'i', command: [], env: ['A=B', 'C=D', 'E=F', 'G'] }],
  [['-v', '/a:/b:ro', '-v', 'vol:/c', 'i'], { image: 'i', command: [], volumes: ['/a:/b:ro', 'vol:/c'] }],
  [['--net=none', '-h', 'box', 'i'], { image: 'i', command: [], network: 'none', hostname: 'box' }],
  [['--network', 'host', 'i'], { image: 'i', command: [], network: 'host' }],
  [
    ['--cap-add', 'net_raw,sys_time', '--cap-drop=ALL', 'i'],
    { image: 'i', command: [], capAdd: ['net_raw', 'sys_time'], capDrop: ['ALL'] },
  ],
  [['-l', 'a=1,b=2', 'i'], { image: 'i', command: [], labels: ['a=1,b=2'] }],
  [['--entrypoint', '', 'i'], { image: 'i', command: [], entrypoint: '' }],
  [['--entrypoint=["a","b"]', 'i'], { image: 'i', command: [], entrypoint: '["a","b"]' }],
  [['--pids-limit=-1', '--stop-timeout', '0', 'i'], { image: 'i', command: [], pidsLimit: -1, stopTimeoutS: 0 }],
  [
    ['--cpus', '0.5', '-m', '64m', '--shm-size=1g', 'i'],
    { image: 'i', command: [], cpus: '0.5', memory: '64m', shmSize: '1g' },
  ],
  [
    ['-u', '1000:1000', '-w', '/x', '--read-only', '--init', 'i'],
    { image: 'i', command: [], user: '1000:1000', workdir: '/x', readOnly: true, init: true },
  ],
  [
    ['--pull', 'always', '-q', '--platform', 'linux/arm64', 'i'],
    { image: 'i', command: [], pull: 'always', quiet: true, platform: 'linux/arm64' },
  ],
  [['--name', '007', 'i'], { image: 'i', command: [], name: '007' }],
  [['--', '-odd'], { image: '-odd', command: [] }],
  [['i', '--', 'x'], { image: 'i', command: ['--', 'x'] }],
] as const)('%j', ([argv, request]) => {
  expect(requestOf(...argv)).toEqual({ ...DEFAULTS, ...request })
})

test('any value of -e and any word of the command arrive unchanged', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), fc.array(fc.string()), (env, words) => {
      const request = requestOf(
        ...env.flatMap((value) => ['-e', value]),
        ...env.map((value) => `--env=${value}`),
        'i',
        ...words,
      )
      expect(request.env ?? []).toEqual([...env, ...env])
      expect(request.command).toEqual(words)
    }),
    { numRuns: 300 },
  )
})
