import { join } from 'node:path'
import { TSPOD } from '../support/tspod.ts'
import type { EngineName } from './report.ts'
import { type Timed, timed } from './timed.ts'

/** Where an engine keeps its images and containers: on a disk or in memory. */
export type Place = 'disk' | 'tmpfs'

/** One engine with a storage root of its own. */
export interface Engine {
  readonly name: EngineName
  readonly place: Place
  readonly env: NodeJS.ProcessEnv
  /** a directory of its own, with all it keeps */
  readonly home: string
  /** the same engine with another storage, in the same directory */
  twin(): Engine
  /** the whole command line */
  argv(...args: string[]): string[]
  /** runs the command to its end; fails where it does */
  run(...args: string[]): Promise<Timed>
}

export function engineAt(
  name: EngineName,
  place: Place,
  options: { readonly directory: string; readonly env: NodeJS.ProcessEnv },
): Engine {
  const home = join(options.directory, name)
  return engineOver(name, place, { ...options, home, root: 'root' })
}

function engineOver(
  name: EngineName,
  place: Place,
  options: {
    readonly directory: string
    readonly env: NodeJS.ProcessEnv
    readonly home: string
    readonly root: string
  },
): Engine {
  const { home, root } = options
  const roots = ['--root', join(home, root), '--runroot', join(home, `${root}-run`)]
  const argv = (...args: string[]): string[] => [...PROGRAMS[name], ...roots, ...args]
  // podman keeps what it pulls there for a time
  const env = { ...options.env, TMPDIR: options.directory }
  return {
    name,
    place,
    env,
    home,
    twin: () => engineOver(name, place, { ...options, root: 'twin' }),
    argv,
    run: (...args) => timed(argv(...args), { env, title: `${name} ${args.join(' ')}` }),
  }
}

/** There is no systemd session, nor a journal, for either. Source: podman(1), "GLOBAL OPTIONS". */
const PROGRAMS = {
  tspod: [TSPOD],
  podman: ['podman', '--storage-driver=overlay', '--cgroup-manager=cgroupfs', '--events-backend=file'],
} as const satisfies Record<EngineName, readonly string[]>
