import { join } from 'node:path'
import { TspodError } from '../base/errors.ts'
import { DRIVER_NAMES, type DriverName } from '../storage/drivers/driver.ts'
import { openStorage } from '../storage/open.ts'
import type { ContainersConf } from './config/containers-conf.ts'
import type { Engine } from './engine.ts'
import { findProgram } from './find-program.ts'
import { tryOverlay } from './launcher/try-overlay.ts'
import { idMapText } from './plan/compile-plan.ts'
import { readHostFacts } from './rootless/host-facts.ts'

export interface EngineOptions {
  /** persistent storage; made where it is missing */
  readonly root: string
  /** runtime files */
  readonly runroot: string
  readonly storageDriver?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** the caller's real ids, outside the user namespace */
  readonly uid: number
  readonly gid: number
  /** absolute path of the launcher program; the default is beside the bundle */
  readonly launcher?: string | undefined
  /** the descriptor of a launcher that waits for a plan */
  readonly readyLauncher?: number | undefined
  /** how many descriptors from 3 on are the caller's own */
  readonly inheritedDescriptors?: number
  readonly callersUmask?: number | undefined
  readonly registriesConf?: string | undefined
  readonly xdgConfigHome: string
  /** argv that starts this tspod again in the same namespace, with the same roots */
  readonly selfArgv: readonly string[]
  readonly warn: (line: string) => void
  /** a line for who looks for a mistake of theirs */
  readonly debug?: ((line: string) => void) | undefined
}

/**
 * Opens the engine: the one place where its parts are put together. Cheap; what is heavy is
 * loaded when it is needed.
 *
 * @throws {TspodError} E_BAD_DRIVER: no such storage driver
 */
export function openEngine(options: EngineOptions): Engine {
  const { env, warn } = options
  const launcher = options.launcher ?? join(import.meta.dirname, process.arch, 'launcher')
  const find = (name: string): string | undefined => findProgram(name, env['PATH'])
  const host = readHostFacts({ uid: options.uid, gid: options.gid, env })
  const idMap = host.rootless ? { uids: idMapText(host.uidMap), gids: idMapText(host.gidMap) } : undefined
  const storage = openStorage({
    root: options.root,
    runroot: options.runroot,
    ...(options.storageDriver === undefined ? {} : { driver: parseDriver(options.storageDriver) }),
    tryOverlay: (probe) => tryOverlay(launcher, idMap, probe),
    findProgram: find,
    warn,
  })
  let readyLauncher = options.readyLauncher
  let conf: Promise<ContainersConf> | undefined
  return {
    storage,
    host,
    env,
    get cwd() {
      return process.cwd() // late: it may have been removed, which few commands mind
    },
    registriesConf: options.registriesConf,
    xdgConfigHome: options.xdgConfigHome,
    containersConf: () => {
      conf ??= readConf(options)
      return conf
    },
    launcher,
    inheritedDescriptors: options.inheritedDescriptors ?? 0,
    callersUmask: options.callersUmask,
    takeLauncher: () => {
      const taken = readyLauncher
      readyLauncher = undefined
      return taken
    },
    selfArgv: options.selfArgv,
    warn,
    findProgram: find,
    runDir: (id) => join(options.runroot, 'containers', id),
    containerDir: (id) => join(options.root, 'containers', id),
    [Symbol.dispose]: () => storage[Symbol.dispose](),
  }
}

async function readConf({ env, uid, xdgConfigHome, debug }: EngineOptions): Promise<ContainersConf> {
  const { loadContainersConf } = await import('./config/load-containers-conf.ts')
  const conf = await loadContainersConf({
    env,
    uid,
    xdgConfigHome,
    get cwd() {
      return process.cwd()
    },
  })
  for (const setting of conf.unknown) debug?.(`containers.conf: unknown setting at ${setting}`)
  return conf
}

function parseDriver(name: string): DriverName {
  const known = DRIVER_NAMES.find((driver) => driver === name)
  if (known) return known
  throw new TspodError('E_BAD_DRIVER', `unknown storage driver "${name}"`, {
    hint: `use one of ${DRIVER_NAMES.join(', ')}`,
  })
}
