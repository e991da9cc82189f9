import type { Arguments, Options } from '../option.ts'

/** How much it may use of the machine. Source: podman-run(1). */
export const LIMIT_OPTIONS = {
  'blkio-weight': { type: 'number', placeholder: '10-1000', describe: 'its share of the disks' },
  'cgroup-conf': {
    type: 'string',
    array: true,
    placeholder: 'FILE=VALUE',
    describe: 'write this to a file of its cgroup',
  },
  'cgroup-parent': { type: 'string', placeholder: 'DIR', describe: 'make its cgroup below this one' },
  cgroups: {
    type: 'string',
    choices: ['enabled', 'disabled', 'no-conmon', 'split'],
    placeholder: 'HOW',
    describe: 'disabled: no cgroup is made',
  },
  'cpu-period': { type: 'number', placeholder: 'MICROSECONDS', describe: 'how long what --cpu-quota counts in is' },
  'cpu-quota': { type: 'number', placeholder: 'MICROSECONDS', describe: 'how long it may run in each period' },
  'cpu-shares': { type: 'number', alias: 'c', placeholder: 'NUMBER', describe: 'its share of busy CPUs' },
  cpus: { type: 'string', placeholder: 'NUMBER', describe: 'how many CPUs it may use' },
  'cpuset-cpus': { type: 'string', placeholder: 'LIST', describe: 'which CPUs it may use' },
  'cpuset-mems': { type: 'string', placeholder: 'LIST', describe: 'which memory nodes it may use' },
  memory: { type: 'string', alias: 'm', placeholder: 'SIZE', describe: 'memory limit' },
  'memory-reservation': {
    type: 'string',
    placeholder: 'SIZE',
    describe: 'memory that is left to it when there is little',
  },
  'memory-swap': { type: 'string', placeholder: 'SIZE', describe: 'memory and swap together; -1 for no limit on swap' },
  'oom-score-adj': {
    type: 'number',
    placeholder: 'NUMBER',
    describe: 'how likely it is killed when there is no memory',
  },
  'pids-limit': { type: 'number', placeholder: 'NUMBER', describe: 'how many processes it may have; -1 for no limit' },
  ulimit: { type: 'string', array: true, commas: true, placeholder: 'NAME=SOFT[:HARD]', describe: 'resource limit' },
} as const satisfies Options

type LimitArguments = Arguments<Record<never, never>, typeof LIMIT_OPTIONS>

export function limitWords(args: LimitArguments) {
  return {
    blkioWeight: args.blkioWeight,
    cgroupConf: args.cgroupConf,
    cgroupParent: args.cgroupParent,
    cgroups: args.cgroups,
    cpuPeriod: args.cpuPeriod,
    cpuQuota: args.cpuQuota,
    cpuShares: args.cpuShares,
    cpus: args.cpus,
    cpusetCpus: args.cpusetCpus,
    cpusetMems: args.cpusetMems,
    memory: args.memory,
    memoryReservation: args.memoryReservation,
    memorySwap: args.memorySwap,
    oomScoreAdj: args.oomScoreAdj,
    pidsLimit: args.pidsLimit,
    ulimits: args.ulimit,
  }
}
