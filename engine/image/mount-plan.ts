import { mkdirSync } from 'node:fs'
import { relative } from 'node:path'
import type { Duplex } from 'node:stream'
import { startChild } from '../../base/child.ts'
import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { CLONE, MS } from '../plan/constants.ts'
import { encodePlan } from '../plan/encode.ts'
import { explainFailure } from '../plan/explain.ts'
import { type Step, step } from '../plan/step.ts'

export interface MountPlan {
  /** absolute, the topmost first */
  readonly directories: readonly string[]
  readonly target: string
  /** the directory that most of them are in: names relative to it are short */
  readonly layers: string
  /** an empty directory in `layers` */
  readonly empty: string
  /** in a mount namespace of its own, which lasts as long as the program */
  readonly namespace: boolean
  /** run once all is mounted: absolute path and arguments */
  readonly program: readonly string[]
}

const EPERM = 1

/** The kernel does not let us mount in this mount namespace. */
class NotPermitted extends Error {
  override readonly name = 'NotPermitted'
}

export function isNotPermitted(error: unknown): boolean {
  return error instanceof NotPermitted
}

/**
 * Has the launcher mount an overlay without an upper layer and become `program`; resolves to its
 * pid once that runs. Without a namespace of its own, it is waited for.
 *
 * @throws {NotPermitted} only with `namespace: false`
 * @throws {TspodError} E_LAUNCH_FAILED, E_MOUNT_UNSUPPORTED: too many layers for one mount
 */
export async function runMountPlan(engine: Engine, plan: MountPlan): Promise<number> {
  const steps = stepsOf(plan)
  const child = startChild(engine.launcher, ['run'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: plan.namespace,
    cwd: '/',
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
  ended.catch(() => undefined)
  const control = child.stdio[3] as Duplex
  let said = ''
  control.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1')
  })
  control.on('error', () => undefined) // shows as the end of what it says
  const silent = new Promise<void>((resolve) => control.once('close', resolve))
  control.write(encodePlan(steps))
  await (plan.namespace ? silent : ended)
  child.unref()
  const [word, index, errno] = said.trim().split(' ')
  if (word === 'failed') {
    if (!plan.namespace && Number(errno) === EPERM) throw new NotPermitted()
    throw explainFailure(steps, Number(index), Number(errno))
  }
  return child.pid ?? 0
}

function stepsOf(plan: MountPlan): Step[] {
  const [program = '', ...args] = plan.program
  return [
    ...(plan.namespace
      ? [
          step('make a mount namespace', 'unshare', CLONE.mount),
          step('detach from the mounts of the host', 'mount', '', '', '/', MS.rec | MS.slave, ''),
        ]
      : []),
    ...overlaySteps(plan),
    step('reset the signals', 'default-signals'),
    ...[program, ...args].map((arg) => step('pass an argument', 'arg', arg)),
    step(`run ${program}`, 'exec', program),
    step(`run ${program}`, 'exec-failed'),
  ]
}

/** Without an upper layer the kernel wants two others at least. Source: kernel documentation, overlayfs.rst. */
function overlaySteps({ directories, target, layers, empty }: MountPlan): Step[] {
  mkdirSync(empty, { recursive: true, mode: 0o755 })
  const lower = [...directories, ...(directories.length < 2 ? [empty, empty] : [])].slice(
    0,
    Math.max(2, directories.length),
  )
  const names = lower.map((path) => relative(layers, path).replace(/[\\,:]/g, '\\$&'))
  const options = `lowerdir=${names.join(':')},userxattr`
  if (options.length >= 4096) {
    throw new TspodError('E_MOUNT_UNSUPPORTED', `${directories.length} layers are too many for one mount`)
  }
  return [
    step('enter the directory of the layers', 'chdir', layers),
    step('mount the layers', 'mount', 'overlay', 'overlay', target, MS.rdonly, options),
  ]
}
