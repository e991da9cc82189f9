import type { OciMount, OciNamespaceType } from '../spec/oci.ts'
import { CLONE } from './constants.ts'
import { type Step, step } from './step.ts'

/** A namespace that is in no container: the network of somebody else's. */
export interface JoinedPath {
  readonly path: string
  readonly types: readonly ['network']
}

/** The first process of a container, and which of its namespaces another one is to be in. */
export interface JoinedProcess {
  readonly pid: number
  readonly startTime: string
  readonly types: readonly OciNamespaceType[]
}

type Joined = Pick<JoinedProcess, 'types'>

const WHY = 'enter the namespaces of the other container'

export interface JoinContext {
  readonly joined: readonly (JoinedProcess | JoinedPath)[]
  /** of the namespaces that are made */
  readonly flags: number
  /** makes the file systems that show namespaces of others */
  readonly views: readonly Step[]
  /** carried out before there is a child, in its namespaces but that of pids; see compilePlan */
  readonly early: readonly Step[]
  /** the number of the mount that is to be what is at /dev/shm in the container whose message queues it shares */
  readonly sharedMemorySlot: number | undefined
}

/** Types whose instance shows a namespace: whoever makes it needs rights in the user namespace that owns that. */
const SHOWS: Readonly<Record<string, OciNamespaceType>> = { proc: 'pid', sysfs: 'network', mqueue: 'ipc' }

/** Whether a mount shows one of these namespaces. */
export function shows(mount: OciMount, types: ReadonlySet<OciNamespaceType>): boolean {
  const type = SHOWS[mount.type]
  return type !== undefined && types.has(type)
}

/** Shared memory of an IPC namespace that is another container's is in that one's /dev/shm. Source: podman-run(1), "--ipc". */
export function isSharedMemory(mount: OciMount, types: ReadonlySet<OciNamespaceType>): boolean {
  return types.has('ipc') && mount.destination === '/dev/shm' && mount.source === 'shm'
}

/**
 * Makes the child in namespaces of other containers. A process of ours with the user's rights, which reach into
 * the user namespaces of all of them, joins one after the other; the user namespace comes last, as those
 * rights end there. What shows a namespace is mounted before.
 *
 * Who is in a pid namespace is known only to its processes, and a pid namespace is entered by children alone: there
 * the child itself makes such mounts, joins the user namespace and makes the rest. Otherwise its own
 * pid namespace has to belong to that user namespace, so it is made in it.
 *
 * @see setns(2), user_namespaces(7), "Interaction of user namespaces and other types of namespaces"
 */
export function cloneJoined(
  { joined, flags, views, early, sharedMemorySlot }: JoinContext,
  child: readonly Step[],
): Step[] {
  const sharesUser = ({ types }: Joined): boolean => types.includes('user')
  const sharesPids = joined.some(({ types }: Joined) => types.includes('pid'))
  const become = [...views, ...(joined.some(sharesUser) ? [step(WHY, 'join', CLONE.user)] : [])]
  const makeOwn = step('create the namespaces', 'unshare', flags)
  const all = sharesPids && early.length === 0 ? [...become, makeOwn, ...child] : child
  const steps = [
    step('make a mount namespace', 'unshare', CLONE.mount),
    // The last process found is the one whose user namespace is joined.
    ...joined
      .toSorted((a, b) => Number(sharesUser(a)) - Number(sharesUser(b)))
      .flatMap((one) => ('path' in one ? enterPath(one) : enterProcess(one, sharedMemorySlot))),
    ...(sharesPids ? [] : become),
    ...(early.length > 0 ? [makeOwn, ...early] : []),
    step('create the namespaces', 'sibling', sharesPids ? 0 : flags, all.length),
    ...all,
    step(WHY, 'done'),
  ]
  return [step(WHY, 'beside', steps.length), ...steps]
}

function enterProcess({ pid, startTime, types }: JoinedProcess, sharedMemorySlot: number | undefined): Step[] {
  return [
    step('find the container whose namespaces it shares', 'join-pid', `${pid}`, startTime),
    ...(types.includes('ipc') && sharedMemorySlot !== undefined
      ? [step('share /dev/shm of the other container', 'tree-joined', sharedMemorySlot, 'dev/shm')]
      : []),
    ...types.filter((type) => type !== 'user').map((type) => step(WHY, 'join', CLONE[type])),
  ]
}

function enterPath({ path, types: [type] }: JoinedPath): Step[] {
  return [step(`enter the ${type} namespace ${path}`, 'join-path', CLONE[type], path)]
}
