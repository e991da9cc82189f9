import { basename, dirname, join } from 'node:path'
import { readDistribution } from '../../base/distribution.ts'
import { isErrno, reasonOf, TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { callerName } from '../boot/unit-place.ts'
import { describeCgroups } from '../cgroup/describe.ts'
import { type CgroupCaller, findParent } from '../cgroup/find-parent.ts'
import type { Engine } from '../engine.ts'
import { findProgram } from '../find-program.ts'
import { tryInNamespaces } from '../launcher/try-overlay.ts'
import { programVersion } from '../network/program-version.ts'
import { idMapText } from '../plan/compile-plan.ts'
import { type HostFacts, readHostFacts } from '../rootless/host-facts.ts'
import { planIdMap } from '../rootless/id-map.ts'
import type { DoctorFacts, ProgramFact } from './facts.ts'
import { canPing, readInotify, readKeys, readNamespaceSysctls, readNumber } from './read-kernel.ts'
import { readClock, readDisk, readLinger } from './read-place.ts'
import { readMapper, readSubidFacts } from './read-subids.ts'

/** Who asks, and where. */
export interface DoctorPlace {
  readonly env: Readonly<Record<string, string | undefined>>
  /** the caller's real ids */
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly root: string
  /** no user namespace could be made, so this process is the caller itself */
  readonly isOutside: boolean
  /** the file of the program that runs */
  readonly program: string
  /** opens the storage; not called where there is no namespace */
  readonly open: () => Promise<Engine>
}

/** Finds out what containers need of this machine, by trying it. Leaves nothing behind. */
export async function readDoctorFacts(place: DoctorPlace): Promise<DoctorFacts> {
  const { env, uid, gid, home, root } = place
  const host = readHostFacts({ uid, gid, env })
  const user = { name: callerName({ host }), uid, gid, home }
  const find = (name: string): string | undefined => findProgram(name, env['PATH'])
  const mappers = { newuidmap: readMapper(find('newuidmap')), newgidmap: readMapper(find('newgidmap')) }
  const subids = readSubidFacts(user)
  const opened = place.isOutside ? undefined : await tryToOpen(place)
  const engine = opened && 'engine' in opened ? opened.engine : undefined
  const version = (name: string): ProgramFact => programFact(engine, find(name))
  return {
    distribution: readDistribution(),
    user,
    ...subids,
    rootless: host.rootless,
    namespace: {
      problem: place.isOutside ? 'this host gives you none' : engine && tryNested(engine),
      ids: idCount(host),
      expectedIds: expectedIds(user, subids, mappers),
      sysctls: readNamespaceSysctls(),
    },
    ...mappers,
    storage:
      opened && ('engine' in opened ? probeStorage(opened.engine) : { problem: opened.problem, hint: opened.hint }),
    fuseOverlayfs: version('fuse-overlayfs'),
    slirp4netns: version('slirp4netns'),
    pasta: version('pasta'),
    devices: host.devices,
    cgroup: readCgroup({ uid, env }),
    securityModules: host.securityModules,
    seccomp: await readSeccomp(),
    keys: readKeys(place.isOutside ? uid : 0),
    inotify: readInotify(),
    disk: readDisk(root),
    clock: readClock([place.program, join(root, 'events.log'), join(root, 'state.db')]),
    lingers: readLinger(user.name),
    runtimeDirectory: runtimeDirectory(env, uid),
    canPing: canPing(),
    firstUnprivilegedPort: readNumber('net.ipv4.ip_unprivileged_port_start'),
  }
}

type Opened = { readonly engine: Engine } | ReturnType<typeof problemOf>

async function tryToOpen({ open }: DoctorPlace): Promise<Opened> {
  try {
    return { engine: await open() }
  } catch (error) {
    return problemOf(error)
  }
}

function problemOf(error: unknown): { readonly problem: string; readonly hint: string | undefined } {
  return { problem: reasonOf(error), hint: error instanceof TspodError ? error.hint : undefined }
}

/** A namespace as each container gets it, in the user's. */
function tryNested({ host, launcher, storage }: Engine): string | undefined {
  const idMap = host.rootless ? { uids: idMapText(host.uidMap), gids: idMapText(host.gidMap) } : undefined
  try {
    return tryInNamespaces({ launcher, idMap, file: join(storage.paths.runroot, `doctor-${process.pid}`) }, [])
  } catch (error) {
    if (!isErrno(error, 'ENOSPC', 'EDQUOT', 'EROFS')) throw error
    return `that could not be tried: ${reasonOf(error)}`
  }
}

function probeStorage({ storage }: Engine): DoctorFacts['storage'] {
  try {
    return storage.probeDriver()
  } catch (error) {
    return problemOf(error)
  }
}

function idCount({ uidMap, gidMap }: HostFacts): number {
  const sizeOf = (map: HostFacts['uidMap']): number => map.reduce((sum, { size }) => sum + size, 0)
  return Math.min(sizeOf(uidMap), sizeOf(gidMap))
}

function expectedIds(
  user: DoctorFacts['user'],
  { subuid, subgid }: Pick<DoctorFacts, 'subuid' | 'subgid'>,
  { newuidmap, newgidmap }: Pick<DoctorFacts, 'newuidmap' | 'newgidmap'>,
): number {
  const newidmap = newuidmap.path !== undefined && newgidmap.path !== undefined
  const { uids, gids } = planIdMap({ ...user, subuids: subuid.ranges, subgids: subgid.ranges, newidmap })
  const count = (lines: typeof uids): number => lines.reduce((sum, [, , size]) => sum + size, 0)
  return Math.min(count(uids), count(gids))
}

function programFact(engine: Engine | undefined, path: string | undefined): ProgramFact {
  const text = engine && path !== undefined ? programVersion(engine, path) : ''
  const lines = /^usage:/im.test(text) ? [] : text.split('\n')
  const own = lines.find((line) => line.toLowerCase().startsWith(basename(path ?? ''))) ?? lines[0] ?? ''
  return { path, version: own.slice(0, 200) }
}

function readCgroup(caller: CgroupCaller): DoctorFacts['cgroup'] {
  const { cgroupVersion, cgroupManager, cgroupControllers } = describeCgroups(caller)
  const parent = findParent(caller)
  const missing = ['memory', 'cpu', 'pids'].find((name) => !cgroupControllers.includes(name))
  const ofDirectory = parent.kind === 'cgroupfs' && missing !== undefined ? parent.missing(missing) : undefined
  const problem = parent.kind === 'none' ? parent.problem : ofDirectory
  return { version: cgroupVersion, manager: cgroupManager, controllers: cgroupControllers, problem }
}

async function readSeccomp(): Promise<DoctorFacts['seccomp']> {
  const inKernel = /^Seccomp:/m.test(readTextIfExists('/proc/self/status', 1 << 16) ?? '')
  const { loadLibseccomp } = await import('../spec/seccomp/libseccomp.ts')
  try {
    await loadLibseccomp()
    return { inKernel, problem: undefined }
  } catch (error) {
    if (error instanceof TspodError) return { inKernel, problem: error.message }
    throw error
  }
}

/** bin/tspod puts a directory of its own there where no session has made one. */
function runtimeDirectory(env: DoctorPlace['env'], uid: number): DoctorFacts['runtimeDirectory'] {
  const path = env['XDG_RUNTIME_DIR'] ?? ''
  return { path, isOfSession: path !== '' && path !== `/tmp/tspod-run-${uid}` && dirname(path) !== path }
}
