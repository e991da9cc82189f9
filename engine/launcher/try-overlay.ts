import { closeSync, constants, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { runChild } from '../../base/child.ts'
import { CLONE, MS } from '../plan/constants.ts'
import { encodePlan } from '../plan/encode.ts'
import { explainFailure } from '../plan/explain.ts'
import { mountRootfs } from '../plan/rootfs-steps.ts'
import { type Step, step } from '../plan/step.ts'

/** Directories on the file system in question, side by side. */
export interface OverlayProbe {
  readonly lower: string
  /** see `Rootfs` */
  readonly data?: string
  readonly upper: string
  readonly work: string
  readonly target: string
}

/**
 * Mounts an overlay as a container would, in namespaces of its own, and says why that failed;
 * undefined where it works.
 *
 * @param idMap lines of /proc/PID/uid_map and gid_map for the user namespace, or undefined for real root
 */
export function tryOverlay(launcher: string, idMap: IdMapText | undefined, probe: OverlayProbe): string | undefined {
  const [base, lower] = [dirname(probe.lower), basename(probe.lower)]
  const data = probe.data === undefined ? {} : { data: basename(probe.data) }
  const rootfs = { kind: 'overlay', base, lower: [lower], ...data, upper: probe.upper, work: probe.work } as const
  return tryInNamespaces({ launcher, idMap, file: join(probe.target, '..', 'probe-plan') }, [
    step('detach from the mounts of the host', 'mount', '', '', '/', MS.rec | MS.slave, ''),
    ...mountRootfs(rootfs, probe.target, true),
  ])
}

/** Lines of /proc/PID/uid_map and gid_map. */
interface IdMapText {
  readonly uids: string
  readonly gids: string
}

interface Attempt {
  readonly launcher: string
  readonly idMap: IdMapText | undefined
  /** a new file, which is removed again */
  readonly file: string
}

/** Carries steps out in a user and a mount namespace as a container has them; why that failed, or undefined. */
export function tryInNamespaces({ launcher, idMap, file }: Attempt, steps: readonly Step[]): string | undefined {
  const child: Step[] = [
    step('wait for the ids', 'sync'),
    step('become root of the user namespace', 'user', 0, 0),
    ...steps,
    step('reset the signals', 'default-signals'),
    step('announce the program', 'announce'),
    step('pass an argument', 'arg', 'launcher'),
    step('pass an argument', 'arg', 'ops'),
    step('run the launcher', 'exec', launcher),
    step('run the launcher', 'exec-failed'),
  ]
  const plan: Step[] = [
    step('create the namespaces', 'clone', CLONE.mount | (idMap ? CLONE.user : 0), child.length),
    ...child,
    step('set up the namespaces', 'await-sync'),
    ...(idMap ? [step('map the ids of the user namespace', 'id-map', idMap.uids, idMap.gids)] : []),
    step('release the child', 'release'),
    step('become a program there', 'await-exec'),
    step('wait for the child', 'supervise'),
  ]
  const said = runPlan(launcher, encodePlan(plan), file)
  const [word, index, errno] = said.trim().split(/[\n ]/)
  if (word === 'started') return undefined
  return word === 'failed'
    ? explainFailure(plan, Number(index), Number(errno)).message
    : 'the launcher ended without an answer'
}

/** The launcher reads its plan from a file here, and what it says stands behind it: so no socket, and no event loop, is needed. */
function runPlan(launcher: string, plan: Buffer, file: string): string {
  const fd = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600)
  try {
    writeSync(fd, plan)
    // a description of its own for the launcher: it begins to read at the start
    runChild('/bin/sh', ['-c', 'exec "$1" run 3<>"$2"', 'sh', launcher, file])
    return readFileSync(file).subarray(plan.length).toString('latin1')
  } finally {
    closeSync(fd)
    rmSync(file, { force: true })
  }
}
