import type { UpdateRequest } from '../../engine/container/update.ts'
import type { Arguments, Options } from './option.ts'
import { HEALTH_OPTIONS, healthWords } from './run/health-options.ts'
import { LIFE_OPTIONS } from './run/life-options.ts'
import { LIMIT_OPTIONS } from './run/limit-options.ts'

/** What may be changed of a container. Sources: podman-update(1), docker container update. */
export const UPDATE_OPTIONS = {
  ...HEALTH_OPTIONS,
  'blkio-weight': LIMIT_OPTIONS['blkio-weight'],
  'cpu-period': LIMIT_OPTIONS['cpu-period'],
  'cpu-quota': LIMIT_OPTIONS['cpu-quota'],
  'cpu-shares': LIMIT_OPTIONS['cpu-shares'],
  cpus: LIMIT_OPTIONS.cpus,
  'cpuset-cpus': LIMIT_OPTIONS['cpuset-cpus'],
  'cpuset-mems': LIMIT_OPTIONS['cpuset-mems'],
  env: { type: 'string', array: true, alias: 'e', placeholder: 'NAME[=VALUE]', describe: 'set a variable' },
  memory: LIMIT_OPTIONS.memory,
  'memory-reservation': LIMIT_OPTIONS['memory-reservation'],
  'memory-swap': LIMIT_OPTIONS['memory-swap'],
  'pids-limit': LIMIT_OPTIONS['pids-limit'],
  'publish-add': {
    type: 'string',
    array: true,
    commas: true,
    placeholder: '[[IP:]PORT:]PORT[/PROTOCOL]',
    describe: 'make a port of the host lead to one of the container, at once',
  },
  'publish-rm': {
    type: 'string',
    array: true,
    commas: true,
    placeholder: '[[IP:]PORT:]PORT[/PROTOCOL]',
    describe: 'no longer; connections that run go on. Without a port of the host all that lead there',
  },
  restart: LIFE_OPTIONS.restart,
  unsetenv: { type: 'string', array: true, placeholder: 'NAME', describe: 'take a variable away' },
} as const satisfies Options

type UpdateArguments = Arguments<Record<never, never>, typeof UPDATE_OPTIONS>

/** What was given; nothing else is in it. */
export function toUpdateRequest(args: UpdateArguments): UpdateRequest {
  const given = {
    blkioWeight: args.blkioWeight,
    cpuPeriod: args.cpuPeriod,
    cpuQuota: args.cpuQuota,
    cpuShares: args.cpuShares,
    cpus: args.cpus,
    cpusetCpus: args.cpusetCpus,
    cpusetMems: args.cpusetMems,
    env: args.env,
    health: healthWords(args),
    memory: args.memory,
    memoryReservation: args.memoryReservation,
    memorySwap: args.memorySwap,
    pidsLimit: args.pidsLimit,
    publishAdd: args.publishAdd,
    publishRm: args.publishRm,
    restart: args.restart,
    unsetenv: args.unsetenv,
  }
  // Only members that are not undefined are kept.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as UpdateRequest
}
