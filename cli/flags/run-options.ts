import { EXIT, TspodError } from '../../base/errors.ts'
import type { RunRequest } from '../../engine/request.ts'
import type { Arguments, Options } from './option.ts'
import { PLATFORM_OPTIONS, TRANSFER_OPTIONS } from './registry-options.ts'

/** What `run` and `create` have in common. Source: podman-run(1). */
export const RUN_OPTIONS = {
  ...PLATFORM_OPTIONS,
  ...TRANSFER_OPTIONS,
  'add-host': {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'HOST:IP',
    describe: 'add a line to /etc/hosts',
  },
  'cap-add': { type: 'string', array: true, commas: true, placeholder: 'CAP', describe: 'add a capability' },
  'cap-drop': { type: 'string', array: true, commas: true, placeholder: 'CAP', describe: 'drop a capability' },
  cidfile: { type: 'string', placeholder: 'FILE', describe: "write the container's id to this file" },
  cpus: { type: 'string', placeholder: 'NUMBER', describe: 'how many CPUs it may use' },
  dns: { type: 'string', array: true, commas: true, placeholder: 'IP', describe: 'name server' },
  entrypoint: { type: 'string', placeholder: 'COMMAND', describe: "run this instead of the image's entrypoint" },
  env: { type: 'string', array: true, alias: 'e', placeholder: 'NAME[=VALUE]', describe: 'set a variable' },
  'env-file': { type: 'string', array: true, placeholder: 'FILE', describe: 'read variables from a file' },
  hostname: { type: 'string', alias: 'h', placeholder: 'NAME', describe: "the container's host name" },
  init: { type: 'boolean', describe: 'run an init that reaps processes and passes signals on' },
  interactive: { type: 'boolean', alias: 'i', describe: 'keep stdin open' },
  label: { type: 'string', array: true, alias: 'l', placeholder: 'NAME[=VALUE]', describe: 'set a label' },
  'label-file': { type: 'string', array: true, placeholder: 'FILE', describe: 'read labels from a file' },
  memory: { type: 'string', alias: 'm', placeholder: 'SIZE', describe: 'memory limit' },
  name: { type: 'string', placeholder: 'NAME', describe: "the container's name" },
  network: {
    type: 'string',
    alias: 'net',
    placeholder: 'MODE',
    describe: 'none, host, slirp4netns[:OPTIONS] or pasta[:OPTIONS]',
  },
  pidfile: { type: 'string', placeholder: 'FILE', describe: "write the container's process id to this file" },
  'pids-limit': { type: 'number', placeholder: 'NUMBER', describe: 'how many processes it may have; -1 for no limit' },
  privileged: { type: 'boolean', describe: 'give it all that the caller may do' },
  pull: {
    type: 'string',
    choices: ['always', 'missing', 'never', 'newer'],
    default: 'missing',
    describe: 'when to pull the image',
  },
  quiet: { type: 'boolean', alias: 'q', describe: 'do not show the progress of a pull' },
  'read-only': { type: 'boolean', describe: "make the container's root file system read-only" },
  rm: { type: 'boolean', describe: 'remove the container when it has ended' },
  'security-opt': {
    type: 'string',
    array: true,
    placeholder: 'OPTION',
    describe: 'seccomp=, no-new-privileges, mask=, unmask=',
  },
  'shm-size': { type: 'string', placeholder: 'SIZE', describe: 'size of /dev/shm' },
  'stop-signal': { type: 'string', placeholder: 'SIGNAL', describe: 'what stop sends first' },
  'stop-timeout': {
    type: 'number',
    minimum: 0,
    placeholder: 'SECONDS',
    describe: 'how long stop waits before SIGKILL',
  },
  tmpfs: {
    type: 'string',
    array: true,
    placeholder: 'DIR[:OPTIONS]',
    describe: 'mount an empty file system in memory',
  },
  tty: { type: 'boolean', alias: 't', describe: 'give it a terminal' },
  ulimit: { type: 'string', array: true, commas: true, placeholder: 'NAME=SOFT[:HARD]', describe: 'resource limit' },
  user: { type: 'string', alias: 'u', placeholder: 'USER[:GROUP]', describe: 'run as this user' },
  volume: {
    type: 'string',
    array: true,
    alias: 'v',
    placeholder: '[SOURCE:]DIR[:OPTIONS]',
    describe: 'mount a directory or a volume',
  },
  workdir: { type: 'string', alias: 'w', placeholder: 'DIR', describe: 'working directory in the container' },
} as const satisfies Options

export const RUN_POSITIONALS = {
  image: { required: true, describe: 'name or id of an image' },
  command: { array: true, describe: "what to run; the image's own command where there is none" },
} as const

export type RunArguments = Arguments<typeof RUN_POSITIONALS, typeof RUN_OPTIONS>

/**
 * The typed request that the words of the command line stand for. Flags that were not given are absent from it.
 * @param registry what `toRegistryAccess` makes of the same words
 */
export function toRunRequest(
  args: RunArguments & { readonly detach?: boolean },
  registry: NonNullable<RunRequest['registry']> = {},
): RunRequest {
  return {
    image: args.image,
    command: args.command,
    ...present({
      name: args.name,
      interactive: args.interactive,
      tty: args.tty,
      detach: args.detach,
      remove: args.rm,
      env: args.env,
      envFiles: args.envFile,
      workdir: args.workdir,
      user: args.user,
      entrypoint: args.entrypoint,
      volumes: args.volume,
      tmpfs: args.tmpfs,
      network: args.network,
      hostname: args.hostname,
      addHosts: args.addHost,
      dns: args.dns,
      readOnly: args.readOnly,
      init: args.init,
      pull: parsePullPolicy(args.pull),
      platform: args.platform,
      os: args.os,
      arch: args.arch,
      variant: args.variant,
      registry: Object.keys(registry).length > 0 ? registry : undefined,
      quiet: args.quiet,
      cidfile: args.cidfile,
      pidfile: args.pidfile,
      labels: args.label,
      labelFiles: args.labelFile,
      stopSignal: args.stopSignal,
      stopTimeoutS: args.stopTimeout,
      privileged: args.privileged,
      capAdd: args.capAdd,
      capDrop: args.capDrop,
      securityOpt: args.securityOpt,
      ulimits: args.ulimit,
      shmSize: args.shmSize,
      memory: args.memory,
      cpus: args.cpus,
      pidsLimit: args.pidsLimit,
    }),
  }
}

/** Without what says nothing: undefined, false and empty lists. */
function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
  )
  // Only members that are there and not undefined were kept.
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

/** The parser has let only these through. */
export function parsePullPolicy(value: string): NonNullable<RunRequest['pull']> {
  switch (value) {
    case 'always':
    case 'missing':
    case 'never':
    case 'newer':
      return value
    default:
      throw new TspodError('E_BAD_FLAG', `unknown pull policy: ${value}`, { exitCode: EXIT.engine })
  }
}
