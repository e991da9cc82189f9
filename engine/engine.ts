import type { Storage } from '../storage/open.ts'
import type { ContainersConf } from './config/containers-conf.ts'
import type { HostFacts } from './rootless/host-facts.ts'

/** What every service function of the engine is given: the opened storage, what is known of the host, and the way to start processes. */
export interface Engine extends Disposable {
  readonly storage: Storage
  readonly host: HostFacts
  /** the caller's environment, read once by whoever opened the engine */
  readonly env: Readonly<Record<string, string | undefined>>
  /** what relative paths of a request are relative to */
  readonly cwd: string
  /** $CONTAINERS_REGISTRIES_CONF, where it is set */
  readonly registriesConf: string | undefined
  readonly xdgConfigHome: string
  /** what containers.conf says: read when it is first asked for */
  containersConf(): Promise<ContainersConf>
  /** absolute path of the launcher program */
  readonly launcher: string
  /** gives the descriptor of a launcher that was started with us and waits for a plan: to the first who asks */
  takeLauncher(): number | undefined
  /** how many descriptors from 3 on are the caller's own, and may be passed on */
  readonly inheritedDescriptors: number
  /** as the process that called us has it; ours is 022. undefined: nobody has changed it */
  readonly callersUmask: number | undefined
  /** argv that starts this tspod again inside the namespace it is in, e.g. `[node, dist/tspod.cjs]` with the same roots */
  readonly selfArgv: readonly string[]
  /** one line for a person, not a result and not an error */
  warn(line: string): void
  /** absolute path of an installed program */
  findProgram(name: string): string | undefined
  /** runtime directory of a container: record, sockets; gone after a reboot */
  runDir(id: string): string
  /** persistent directory of a container: config.json, log, generated files, upper layer */
  containerDir(id: string): string
}
