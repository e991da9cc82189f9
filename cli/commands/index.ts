import type { AnyCommand } from '../command.ts'

export const GROUPS = ['Containers', 'Images', 'System'] as const

export interface CommandEntry {
  readonly summary: string
  readonly group: (typeof GROUPS)[number]
  /** other spellings; `container X` and `image X` are as podman has them */
  readonly aliases?: readonly string[]
  /** works, but is not for people */
  readonly hidden?: boolean
  readonly load: () => Promise<{ readonly default: AnyCommand }>
}

/** Every command. Adding one is a file in this folder and a line here; help and completions follow. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  run: {
    summary: 'Run a command in a new container',
    group: 'Containers',
    aliases: ['container run'],
    load: () => import('./run.ts'),
  },
  exec: {
    summary: 'Run a command in a running container',
    group: 'Containers',
    aliases: ['container exec'],
    load: () => import('./exec.ts'),
  },
  ps: {
    summary: 'List containers',
    group: 'Containers',
    aliases: ['list', 'container ls', 'container list', 'container ps'],
    load: () => import('./ps.ts'),
  },
  logs: {
    summary: 'Show the output of a container',
    group: 'Containers',
    aliases: ['container logs'],
    load: () => import('./logs.ts'),
  },
  stop: {
    summary: 'Stop running containers',
    group: 'Containers',
    aliases: ['container stop'],
    load: () => import('./stop.ts'),
  },
  kill: {
    summary: 'Send a signal to running containers',
    group: 'Containers',
    aliases: ['container kill'],
    load: () => import('./kill.ts'),
  },
  wait: {
    summary: 'Wait until containers have ended and print their exit codes',
    group: 'Containers',
    aliases: ['container wait'],
    load: () => import('./wait.ts'),
  },
  rm: {
    summary: 'Remove containers',
    group: 'Containers',
    aliases: ['container rm'],
    load: () => import('./rm.ts'),
  },
  images: {
    summary: 'List images',
    group: 'Images',
    aliases: ['image ls', 'image list'],
    load: () => import('./images.ts'),
  },
  pull: {
    summary: 'Fetch images from a registry',
    group: 'Images',
    aliases: ['image pull'],
    load: () => import('./pull.ts'),
  },
  rmi: {
    summary: 'Remove images',
    group: 'Images',
    aliases: ['image rm', 'image remove'],
    load: () => import('./rmi.ts'),
  },
  inspect: {
    summary: 'Show all that is known of a container or an image',
    group: 'System',
    load: () => import('./inspect.ts'),
  },
  'container inspect': {
    summary: 'Show all that is known of a container',
    group: 'Containers',
    hidden: true,
    load: () => import('./container-inspect.ts'),
  },
  'image inspect': {
    summary: 'Show all that is known of an image',
    group: 'Images',
    hidden: true,
    load: () => import('./image-inspect.ts'),
  },
  'container cleanup': {
    summary: 'Tidy up after a container that has ended',
    group: 'Containers',
    hidden: true,
    load: () => import('./container-cleanup.ts'),
  },
  info: {
    summary: 'Show what the engine found on this host',
    group: 'System',
    aliases: ['system info'],
    load: () => import('./info.ts'),
  },
  unshare: {
    summary: "Run a command in the engine's user namespace",
    group: 'System',
    load: () => import('./unshare.ts'),
  },
  version: {
    summary: 'Show the version of tspod',
    group: 'System',
    load: () => import('./version.ts'),
  },
  hold: {
    summary: "Hold the user's namespace open",
    group: 'System',
    hidden: true,
    load: () => import('./hold.ts'),
  },
}
