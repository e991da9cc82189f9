import type { Arguments, Options } from '../option.ts'
import { OFF, oneOf, onOrOff } from './words.ts'

/** What it sees of files and devices. Source: podman-run(1). */
export const MOUNT_OPTIONS = {
  device: {
    type: 'string',
    array: true,
    commas: true,
    placeholder: 'DEVICE[:PATH[:rwm]]',
    describe: "a device of the host's, a directory of them, or a name such as vendor/class=name",
  },
  gpus: { type: 'string', array: true, placeholder: 'all|DEVICES', describe: 'these GPUs' },
  'image-volume': {
    type: 'string',
    choices: ['anonymous', 'bind', 'tmpfs', 'ignore'],
    placeholder: 'HOW',
    describe: "what becomes of the image's volumes: anonymous (default), tmpfs or ignore",
  },
  mount: {
    type: 'string',
    array: true,
    placeholder: 'type=TYPE,src=SOURCE,dst=DIR[,OPTIONS]',
    describe: 'mount something of type bind, volume, tmpfs, image, devpts, ramfs or glob',
  },
  'read-only': { type: 'boolean', optional: true, describe: "make the container's root file system read-only" },
  'read-only-tmpfs': {
    type: 'boolean',
    default: true,
    describe: 'with --read-only: /run, /tmp and /var/tmp can be written to',
  },
  rootfs: { type: 'boolean', describe: 'instead of an image a directory, DIR[:O]: with :O it stays as it is' },
  'shm-size': { type: 'string', placeholder: 'SIZE', describe: 'size of /dev/shm' },
  'shm-size-systemd': { type: 'string', placeholder: 'SIZE', describe: 'size of what systemd writes to in memory' },
  tmpfs: {
    type: 'string',
    array: true,
    placeholder: 'DIR[:OPTIONS]',
    describe: 'mount an empty file system in memory',
  },
  volume: {
    type: 'string',
    array: true,
    alias: 'v',
    placeholder: '[SOURCE:]DIR[:OPTIONS]',
    describe: 'mount a directory or a volume',
  },
  'volumes-from': {
    type: 'string',
    array: true,
    placeholder: 'CONTAINER[:ro]',
    describe: 'mount what another container mounts',
  },
} as const satisfies Options

type MountArguments = Arguments<Record<never, never>, typeof MOUNT_OPTIONS>

export function mountWords(args: MountArguments) {
  return {
    devices: args.device,
    gpus: args.gpus,
    imageVolume: oneOf(args.imageVolume, ['anonymous', 'bind', 'tmpfs', 'ignore']),
    mounts: args.mount,
    readOnly: onOrOff(args.readOnly),
    readOnlyTmpfs: args.readOnlyTmpfs ? undefined : OFF,
    rootfs: args.rootfs,
    shmSize: args.shmSize,
    shmSizeSystemd: args.shmSizeSystemd,
    tmpfs: args.tmpfs,
    volumes: args.volume,
    volumesFrom: args.volumesFrom,
  }
}
