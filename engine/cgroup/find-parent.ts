import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { type CgroupPlace, type CgroupView, locateCgroups } from './locate.ts'
import { hasProcesses, NO_V2, NOT_VISIBLE, notDelegated, notWritable, type Problem, usedByV1 } from './problem.ts'
import type { Manager } from './scope.ts'

/** How containers can get a cgroup here. */
export type CgroupParent = Cgroupfs | Systemd | { readonly kind: 'none'; readonly problem: Problem }

export interface Cgroupfs {
  readonly kind: 'cgroupfs'
  /** containers' cgroups can be made in this directory */
  readonly parent: string
  /** what they can be limited by */
  readonly controllers: readonly string[]
  /** why it is not another controller */
  readonly missing: (controller: string) => Problem
}

export interface Systemd {
  readonly kind: 'systemd'
  readonly manager: Manager
  /** what the manager has to give; `undefined` where that does not show */
  readonly controllers: readonly string[] | undefined
}

/** What is looked at beside /proc and /sys. */
export interface CgroupCaller {
  /** the caller's, outside any user namespace */
  readonly uid: number
  readonly env: Readonly<Record<string, string | undefined>>
  /** systemd is not asked, though it may be there */
  readonly cgroupManager?: 'systemd' | 'cgroupfs'
}

/** One cgroup between our own and the top, as far as making others in it goes. */
export interface Level {
  readonly path: string
  /** why no cgroup can be made here that our processes may enter: the name of an errno */
  readonly refused: string | undefined
  /** cgroup.subtree_control can be written */
  readonly canEnable: boolean
  /** the root of the whole hierarchy, which may hold processes and hand out controllers all the same */
  readonly isTop: boolean
  readonly hasProcesses: boolean
  readonly controllers: readonly string[]
}

/**
 * Finds how containers can get a cgroup: from systemd where a manager of the caller's answers,
 * else in the nearest cgroup above this process that is the caller's to divide. Changes nothing.
 */
export function findParent(caller: CgroupCaller): CgroupParent {
  const view = readView()
  const manager = findManager(caller, view)
  return manager ? { kind: 'systemd', manager, controllers: managerControllers(caller.uid) } : findDirectory(view)
}

/** As `findParent`, without systemd. */
export function findDirectory(view: CgroupView = readView()): Exclude<CgroupParent, Systemd> {
  if (!view.hasV2) return { kind: 'none', problem: NO_V2 }
  const place = visiblePlace(view)
  if (!place) return { kind: 'none', problem: NOT_VISIBLE }
  return chooseParent(ancestors(place).map(readLevel), view.v1Controllers)
}

/** This directory and no other, with what it can give. */
export function parentAt(directory: string): Exclude<CgroupParent, Systemd> {
  return chooseParent([readLevel(directory)], readView().v1Controllers)
}

/** The directory of this process's own cgroup. */
export function ownCgroup(): string | undefined {
  return visiblePlace(readView())?.own
}

/**
 * Pure: `levels` begins with our own cgroup. Our processes may go from there into a new one in any
 * level that is the caller's; only one without processes of its own can give it controllers.
 *
 * @see cgroups(7), "Delegation containment" and "no internal processes" rule
 */
export function chooseParent(
  levels: readonly Level[],
  v1Controllers: readonly string[],
): Exclude<CgroupParent, Systemd> {
  const [own] = levels
  if (!own) throw new Error('a process is in no cgroup')
  const usable = levels.filter(({ refused }) => refused === undefined)
  const [nearest] = usable
  if (!nearest) return { kind: 'none', problem: notWritable(own.path, own.refused ?? '') }
  const parent = usable.find(canGiveControllers) ?? nearest
  return {
    kind: 'cgroupfs',
    parent: parent.path,
    controllers: canGiveControllers(parent) ? parent.controllers : [],
    missing: (controller) => {
      if (v1Controllers.includes(controller)) return usedByV1(controller)
      if (parent.hasProcesses && !parent.isTop && parent.controllers.includes(controller)) {
        return hasProcesses(parent.path)
      }
      return notDelegated(controller, parent.path)
    },
  }
}

function canGiveControllers(level: Level): boolean {
  return level.canEnable && level.controllers.length > 0 && (level.isTop || !level.hasProcesses)
}

/** Its socket's presence is enough here; whether it answers shows when it is asked. Only with v2 alone can it delegate controllers. */
function findManager({ uid, env, cgroupManager }: CgroupCaller, view: CgroupView): Manager | undefined {
  if (cgroupManager === 'cgroupfs') return undefined
  if (!view.places.some(({ mountPoint }) => mountPoint === '/sys/fs/cgroup')) return undefined
  const runtime = uid === 0 ? '/run' : env['XDG_RUNTIME_DIR']
  if (!runtime?.startsWith('/')) return undefined
  const socket = join(runtime, 'systemd/private')
  return existsSync(socket) ? { socket, uid } : undefined
}

/** Where systemd keeps the units of a user. Source: user@.service(5). */
function managerControllers(uid: number): string[] | undefined {
  const directory = uid === 0 ? '' : `/user.slice/user-${uid}.slice/user@${uid}.service`
  const text = read(`/sys/fs/cgroup${directory}/cgroup.controllers`)
  return text === '' ? undefined : words(text)
}

function readView(): CgroupView {
  return locateCgroups(read('/proc/self/mountinfo'), read('/proc/self/cgroup'))
}

/** A place can be hidden by a mount on top of it. */
function visiblePlace({ places }: CgroupView): CgroupPlace | undefined {
  return places.find(({ own }) => existsSync(join(own, 'cgroup.procs')))
}

function ancestors({ mountPoint, own }: CgroupPlace): string[] {
  return own === mountPoint ? [own] : [own, ...ancestors({ mountPoint, own: dirname(own) })]
}

function readLevel(path: string): Level {
  return {
    path,
    refused: refusal(path) ?? refusal(join(path, 'cgroup.procs')),
    canEnable: refusal(join(path, 'cgroup.subtree_control')) === undefined,
    isTop: !existsSync(join(path, 'cgroup.type')),
    hasProcesses: read(join(path, 'cgroup.procs')) !== '',
    controllers: words(read(join(path, 'cgroup.controllers'))),
  }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean)
}

function refusal(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK)
    return undefined
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOENT')) return error.code
    throw error
  }
}

/** Hidden and vanished files are as if they were empty; EOPNOTSUPP: cgroup.procs of a threaded cgroup. */
function read(path: string): string {
  try {
    return readTextIfExists(path, 4 << 20) ?? ''
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EPERM', 'EOPNOTSUPP', 'ENODEV')) return ''
    throw error
  }
}
