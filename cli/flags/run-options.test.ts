import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RunRequest } from '../../engine/request.ts'
import { defineStandaloneCommand } from '../command.ts'
import { GLOBAL_OPTIONS } from '../config.ts'
import { parseCommand } from '../parse-command.ts'
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
  [['--net=none', '-h', 'box', 'i'], { image: 'i', command: [], networks: ['none'], hostname: 'box' }],
  [['--network', 'host', 'i'], { image: 'i', command: [], networks: ['host'] }],
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
  [
    ['--http-proxy=false', '--sig-proxy=false', '--passwd=0', '--read-only-tmpfs=f', 'i'],
    { image: 'i', command: [], httpProxy: false, sigProxy: false, passwd: false, readOnlyTmpfs: false },
  ],
  [
    ['-p', '80,8080:81', '-P', '--expose=1-2', '-c', '5', '--timeout', '9', '--restart=always', 'i'],
    {
      image: 'i',
      command: [],
      publish: ['80', '8080:81'],
      publishAll: true,
      expose: ['1-2'],
      cpuShares: 5,
      timeoutS: 9,
      restart: 'always',
    },
  ],
  [
    [
      '-a',
      'STDIN,stdout',
      '--mount',
      'type=bind,src=/a,dst=/b',
      '--secret',
      's,type=env',
      '--annotation',
      'a=b,c',
      'i',
    ],
    {
      image: 'i',
      command: [],
      attach: ['stdin', 'stdout'],
      mounts: ['type=bind,src=/a,dst=/b'],
      secrets: ['s,type=env'],
      annotations: ['a=b,c'],
    },
  ],
  [
    ['--health-cmd', 'x', '--health-retries', '2', '--no-healthcheck', 'i'],
    { image: 'i', command: [], health: { cmd: 'x', retries: 2, disable: true } },
  ],
  [
    ['--init=false', '--read-only=false', '--no-hosts=false', '--env-host=false', '--http-proxy', 'i'],
    { image: 'i', command: [], init: false, readOnly: false, noHosts: false, envHost: false, httpProxy: true },
  ],
  [['--init', '--init-path', '/x', 'i'], { image: 'i', command: [], initPath: '/x' }],
  [
    [
      '--isolation',
      'default',
      '--oom-kill-disable',
      '--runtime=runc',
      '--seccomp-policy=default',
      '--personality=LINUX32',
      'i',
    ],
    { image: 'i', command: [], ignored: ['--isolation', '--oom-kill-disable', '--personality'] },
  ],
  [['--', '-odd'], { image: '-odd', command: [] }],
  [['i', '--', 'x'], { image: 'i', command: ['--', 'x'] }],
] as const)('%j', ([argv, request]) => {
  expect(requestOf(...argv)).toEqual(request)
})

test.for(['--link=a:b', '--volume-driver=nfs', '--seccomp-policy=image'])(
  '%s would be missed, and is refused',
  (flag) => {
    expect(() => requestOf(flag, 'i')).toThrow(expect.objectContaining({ code: 'E_UNSUPPORTED_OPTION' }))
  },
)

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
