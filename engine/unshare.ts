import type { Duplex } from 'node:stream'
import { startChild } from '../base/child.ts'
import type { Engine } from './engine.ts'
import { CLONE, MS } from './plan/constants.ts'
import { encodePlan } from './plan/encode.ts'
import { explainFailure } from './plan/explain.ts'
import { programCandidates } from './plan/process-steps.ts'
import { type Step, step } from './plan/step.ts'

/**
 * Runs a program in the user's namespace with a mount namespace of its own, which starts as a
 * copy of the caller's. It has the caller's streams and terminal; resolves with its exit status.
 *
 * @see podman-unshare(1)
 */
export async function unshare(engine: Engine, argv: readonly string[]): Promise<number> {
  const [name = engine.env['SHELL'] ?? '/bin/sh', ...args] = argv
  const env = Object.entries(engine.env).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))
  const plan: Step[] = [
    step('make a mount namespace', 'unshare', CLONE.mount),
    step('detach from the mounts of the host', 'mount', '', '', '/', MS.rec | MS.slave, ''),
    ...(engine.callersUmask === undefined ? [] : [step('set the umask', 'umask', engine.callersUmask)]),
    step('reset the signals', 'default-signals'),
    ...[name, ...args].map((arg) => step('pass an argument', 'arg', arg)),
    ...env.map((entry) => step('set the environment', 'env', entry)),
    ...programCandidates(name, env).map((path) => step(`run ${name}`, 'exec', path)),
    step(`run ${name}`, 'exec-failed'),
  ]
  const child = startChild(engine.launcher, ['run'], { stdio: ['inherit', 'inherit', 'inherit', 'pipe'] })
  const control = child.stdio[3] as Duplex
  let said = ''
  control.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1')
  })
  control.on('error', () => {})
  control.write(encodePlan(plan))
  // Keys on the terminal reach the program without us; it decides what they mean.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => {})
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (code, signal) => resolve([code, signal])),
  )
  const [word, index, errno] = said.trim().split(' ')
  if (word === 'failed') throw explainFailure(plan, Number(index), Number(errno))
  return code ?? 128 + (await signalNumber(signal))
}

async function signalNumber(name: NodeJS.Signals | null): Promise<number> {
  const { constants } = await import('node:os')
  return name === null ? 0 : constants.signals[name]
}
