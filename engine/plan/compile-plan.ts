import type { HelperCommand } from '../../network/helper-command.ts'
import { setLink } from '../../network/netlink/link.ts'
import { toHex } from '../../network/netlink/message.ts'
import type { Rootfs } from '../../storage/drivers/driver.ts'
import type { IdMapping, OciConfig, OciMount, OciNamespaceType } from '../spec/oci.ts'
import { CLONE, MOUNT_ATTR, MS } from './constants.ts'
import { helperSteps } from './helper-steps.ts'
import { cloneJoined, isSharedMemory, type JoinedPath, type JoinedProcess, shows } from './join-steps.ts'
import { type MountSource, type MountSteps, mountSteps, parentOf, sharedMemorySteps } from './mount-steps.ts'
import {
  attachSteps,
  joinNetworks,
  MEMBER,
  type NetworkAttachment,
  type PortGateway,
  portGatewaySteps,
} from './network-steps.ts'
import { becomeProgram, becomeRoot, restrictProcess, stayAsProgram } from './process-steps.ts'
import { mountFromOutside, mountRootfs, serveRootfs } from './rootfs-steps.ts'
import { type Step, step } from './step.ts'
import { type LogTarget, logSteps, type StreamContext, streamSteps } from './stream-steps.ts'
import { lookSteps, type Watch, watchSteps } from './watch-steps.ts'

/** What a plan needs to know beside the OCI configuration. All paths are absolute, as the launcher sees them. */
export interface PlanContext extends StreamContext {
  readonly rootfs: Rootfs
  /** an empty directory, in one that everybody may enter; the mount on it is seen by the container's mount namespace alone */
  readonly mountPoint: string
  /** the container is removed at its end, and what it wrote with it */
  readonly isVolatile: boolean
  /** runtime directory of the container, for the record and the control socket */
  readonly runDir: string
  readonly log?: LogTarget
  /** what the monitor becomes when the container has ended and nobody waits for it */
  readonly cleanupArgv: readonly string[]
  /** what the monitor starts when what its network needs has ended */
  readonly lookArgv: readonly string[]
  /** what the monitor looks after beside its streams */
  readonly watch?: Watch
  /** whose namespaces it is in, instead of ones of its own */
  readonly joined?: readonly (JoinedProcess | JoinedPath)[]
  /** all is made, and the program waits until somebody starts it */
  readonly waits?: boolean
  /** how many of the caller's descriptors from 3 on are the program's */
  readonly preservedDescriptors?: number
  /** a compiled seccomp filter */
  readonly filterFile?: string
  /** gives the network, started beside the container */
  readonly helper?: HelperCommand
  /** the named networks it is in */
  readonly networks?: NetworkAttachment
  /** has its ports lead to it, where it is in no named network */
  readonly gateway?: PortGateway
  /** a cgroup v2 directory made for this container */
  readonly cgroup?: string
  /** --init */
  readonly init: boolean
  /** no program is run: its first process keeps the namespaces for others */
  readonly holds?: boolean
  /** what the source of a mount is */
  readonly sourceOf: (path: string) => MountSource
}

/**
 * Compiles an OCI configuration into the launcher's steps. Pure.
 *
 * The order, and who does what: the monitor makes the child in its namespaces, maps its ids and
 * starts the network helper; the child meanwhile mounts and restricts itself, and waits for the
 * network before it becomes the program. Sources of mounts are opened before pivot_root and
 * targets are looked up after it, so no link in an image can lead a mount outside.
 */
export function compilePlan(config: OciConfig, context: PlanContext): Step[] {
  const { joined = [] } = context
  const shared = new Set(joined.flatMap(({ types }) => types))
  const types = ownNamespaces(config, shared)
  const mounts = config.mounts.map((mount, slot) => ({
    mount,
    isShown: shows(mount, shared),
    steps: isSharedMemory(mount, shared)
      ? sharedMemorySteps(mount, slot)
      : mountSteps(mount, slot, context.sourceOf(mount.source)),
  }))
  const isSeen = isSeenEarly(context, { shared, types })
  const { early, child } = childSteps(config, context, { types, mounts, isSeen })
  const flags = cloneFlags(types, context)
  const sharedMemorySlot = config.mounts.findIndex((mount) => isSharedMemory(mount, shared))
  const views = mounts.flatMap(({ isShown, steps }) => (isShown ? steps.before : []))
  return [
    step('open the runtime directory', 'record', context.runDir),
    ...logSteps(context.log),
    ...(context.watch ? watchSteps(context.watch) : []),
    ...(context.filterFile ? [step('read the seccomp filter', 'read-filter', context.filterFile)] : []),
    ...(context.preservedDescriptors ? [step('keep descriptors', 'kept', context.preservedDescriptors)] : []),
    ...streamSteps(config.process.terminal, context),
    ...(context.networks ? joinNetworks(context.networks.networksDir) : []),
    ...(types.has('pid') ? [] : [step('end what it leaves behind', 'gather')]),
    ...(joined.length > 0
      ? cloneJoined(
          { joined, flags, views, early, sharedMemorySlot: sharedMemorySlot < 0 ? undefined : sharedMemorySlot },
          child,
        )
      : [step('create the namespaces', 'clone', flags, child.length), ...child]),
    step('set up the container', 'await-sync'),
    ...(types.has('user')
      ? [
          step(
            'map the ids of the user namespace',
            'id-map',
            idMapText(config.linux.uidMappings),
            idMapText(config.linux.gidMappings),
          ),
        ]
      : []),
    ...(isMapped(context.rootfs) ? mountFromOutside(context.rootfs, context.mountPoint, context.isVolatile) : []),
    ...(context.cgroup ? [step(`enter the cgroup ${context.cgroup}`, 'cgroup', context.cgroup)] : []),
    step('release the container', 'release'),
    ...serveRootfs(context.rootfs, `${context.runDir}/rootfs.log`),
    ...(context.helper ? [...helperSteps(context.helper, `${context.runDir}/network.log`), watchHelper('helper')] : []),
    ...(context.gateway
      ? [...portGatewaySteps(context.gateway, `${context.runDir}/gateway.log`, MEMBER.child), watchHelper('gateway')]
      : []),
    ...(context.networks ? attachSteps(context.networks) : []),
    step('set up the container', 'await-sync'),
    ...(context.waits ? [step('wait for its start', 'await-start')] : []),
    step('release the container', 'release'),
    step('start the container', 'await-exec'),
    step('leave the directory', 'chdir', '/'),
    ...(context.helper || context.networks ? lookSteps(context.lookArgv) : []),
    ...context.cleanupArgv.map((arg) => step('say who tidies up', 'arg', arg)),
    step('record the start of the container', 'supervise'),
  ]
}

function watchHelper(name: 'helper' | 'gateway'): Step {
  return step(`watch the ${name} of the network`, 'watch-helper', name)
}

function isMapped(rootfs: Rootfs): boolean {
  return rootfs.kind === 'overlay' && rootfs.isMapped === true
}

function ownNamespaces({ linux }: OciConfig, shared: ReadonlySet<OciNamespaceType>): Set<OciNamespaceType> {
  return new Set(linux.namespaces.map(({ type }) => type).filter((type) => !shared.has(type)))
}

interface ChildContext {
  /** namespaces of its own */
  readonly types: ReadonlySet<OciNamespaceType>
  readonly mounts: readonly { readonly mount: OciMount; readonly isShown: boolean; readonly steps: MountSteps }[]
  /** see isSeenEarly */
  readonly isSeen: boolean
}

/**
 * Whether another container could look at the host's files through the child, in /proc: it is in that one's pid namespace
 * from its first moment, and there is no user namespace whose border keeps CAP_SYS_PTRACE away, as with real root.
 * Then it is made when its root file system is the container's. fuse-overlayfs needs it before. Source: ptrace(2),
 * "Ptrace access mode checking".
 */
function isSeenEarly(
  { rootfs }: PlanContext,
  { shared, types }: { readonly shared: ReadonlySet<OciNamespaceType>; readonly types: ReadonlySet<OciNamespaceType> },
): boolean {
  return shared.has('pid') && !shared.has('user') && !types.has('user') && rootfs.kind !== 'fuse-overlayfs'
}

/** What the child does, and before it what is done before there is one. */
function childSteps(
  config: OciConfig,
  context: PlanContext,
  { types, mounts, isSeen }: ChildContext,
): { early: Step[]; child: Step[] } {
  const { linux, process } = config
  const devices = linux.devices.map((device, index) => ({ ...device, slot: mounts.length + index }))
  const entered = [
    step('wait for the ids', 'sync'),
    step('leave the session', 'session'),
    ...(context.cgroup && types.has('cgroup') ? [step('make a cgroup namespace', 'unshare', CLONE.cgroup)] : []),
  ]
  const outside = [
    // As long as it is who owns its files in /proc, where the container's root may be somebody else.
    ...(process.oomScoreAdj === undefined
      ? []
      : [step('set the OOM score', 'write', '/proc/self/oom_score_adj', `${process.oomScoreAdj}`)]),
    step('detach from the mounts of the host', 'mount', '', '', '/', MS.rec | MS.slave, ''),
    ...(isMapped(context.rootfs) ? [] : mountRootfs(context.rootfs, context.mountPoint, context.isVolatile)),
    ...mounts.flatMap(({ steps }) => steps.opened),
    ...devices.map(({ path, source = path, slot }) => step(`open ${source}`, 'tree', slot, source, 0)),
    step('enter the directory of the mount point', 'chdir', parentOf(context.mountPoint)),
    ...becomeRoot(process, linux),
  ]
  const before = mounts.flatMap(({ isShown, steps }) => (isShown && !isSeen ? [] : steps.before))
  const pivot = step('make it the root file system', 'pivot', nameOf(context.mountPoint))
  const inside = [
    ...mounts.flatMap(({ mount, steps }) => [
      ...steps.after,
      ...(mount.destination === '/dev' ? deviceSteps(devices) : []),
    ]),
    ...mtabSteps(config, context),
    ...(process.terminal ? terminalSteps(process.user.uid) : [step('connect the streams', 'stdio')]),
    ...(types.has('network')
      ? [step('bring the loopback up', 'netlink', 0, toHex(setLink({ name: 'lo', up: true })))]
      : []),
    ...(types.has('uts') ? [step('set the host name', 'hostname', config.hostname)] : []),
    ...Object.entries(linux.sysctl).map(([name, value]) =>
      step(`set ${name}`, 'write', `/proc/sys/${name.replaceAll('.', '/')}`, value),
    ),
    ...linux.maskedPaths.map((path) => step(`mask ${path}`, 'mask', path)),
    ...linux.readonlyPaths.map((path) => step(`make ${path} read-only`, 'readonly', path)),
    step(`make the working directory ${process.cwd}`, 'directory', process.cwd, 0o755),
    ...(config.root.readonly
      ? [step('make the root file system read-only', 'attributes', '/', MOUNT_ATTR.rdonly, 0, 0)]
      : []),
    step('set the umask', 'umask', process.user.umask),
    ...restrictProcess(process, context.filterFile !== undefined),
    step('wait for the network', 'sync'),
    ...(context.holds
      ? stayAsProgram()
      : becomeProgram(process, {
          init: context.init,
          filtered: context.filterFile !== undefined,
          preservedDescriptors: context.preservedDescriptors ?? 0,
        })),
  ]
  return isSeen
    ? { early: [...outside, pivot], child: [...entered, ...before, ...inside] }
    : { early: [], child: [...entered, ...outside, ...before, pivot, ...inside] }
}

/** The usual links of /dev, and each device of the host bound to a file of its name. Source: OCI runtime-spec, config-linux.md, "Default Devices". */
function deviceSteps(devices: readonly { path: string; readonly?: boolean; slot: number }[]): Step[] {
  return [
    ...devices.flatMap(({ path, slot, readonly }) => [
      step(`make the directory of ${path}`, 'directory', parentOf(path), 0o755),
      step(`make ${path}`, 'file', path),
      step(`bind ${path}`, 'attach', slot, path, readonly ? MOUNT_ATTR.rdonly : 0, 0, MS.private),
    ]),
    ...Object.entries({
      '/dev/fd': '/proc/self/fd',
      '/dev/stdin': '/proc/self/fd/0',
      '/dev/stdout': '/proc/self/fd/1',
      '/dev/stderr': '/proc/self/fd/2',
      '/dev/core': '/proc/kcore',
      '/dev/ptmx': 'pts/ptmx',
    }).map(([path, target]) => step(`link ${path}`, 'link', target, path)),
  ]
}

/** As with podman and docker, where the image has none, for programs that look for the mounts there. Not in a directory of the user's. */
function mtabSteps({ mounts }: OciConfig, { rootfs }: PlanContext): Step[] {
  const isUsers = rootfs.kind === 'directory' || mounts.some(({ destination }) => destination === '/etc')
  const what = 'link /etc/mtab'
  return isUsers ? [] : [step(what, 'optional', 1), step(what, 'link', '/proc/mounts', '/etc/mtab')]
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function terminalSteps(uid: number): Step[] {
  return [
    step('open a terminal', 'terminal', uid),
    step('make /dev/console', 'file', '/dev/console'),
    step('bind the terminal to /dev/console', 'console', '/dev/console'),
  ]
}

function cloneFlags(types: ReadonlySet<OciNamespaceType>, context: PlanContext): number {
  let flags = 0
  for (const type of types) {
    // The root of a cgroup namespace is where its maker is, so it waits until the child is in its own cgroup.
    if (type !== 'cgroup' || !context.cgroup) flags |= CLONE[type]
  }
  return flags
}

/** Lines of /proc/PID/uid_map. Source: user_namespaces(7). */
export function idMapText(mappings: readonly IdMapping[]): string {
  return mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join('')
}
