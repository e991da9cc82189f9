import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { expect } from 'vitest'
import { startChild } from '../../base/child.ts'
import { encodePlan } from '../../engine/plan/encode.ts'
import { type Step, step } from '../../engine/plan/step.ts'
import { type LogTarget, logSteps, streamSteps } from '../../engine/plan/stream-steps.ts'
import { PARTS } from './tspod.ts'

/** A shell as the launcher's child, in no namespaces, with this log or none. */
function planOf(log: LogTarget | undefined, script: string): Step[] {
  const child = [
    step('connect the streams', 'stdio'),
    step('reset the signals', 'default-signals'),
    ...['sh', '-c', script].map((arg) => step('pass an argument', 'arg', arg)),
    step('close descriptors', 'close-on-exec', 3),
    step('announce', 'announce'),
    step('run sh', 'exec', '/bin/sh'),
    step('run sh', 'exec-failed'),
  ]
  return [
    ...logSteps(log),
    ...streamSteps(false, { interactive: false, attached: [] }),
    step('make the child', 'clone', 0, child.length),
    ...child,
    step('start it', 'await-exec'),
    step('watch it', 'supervise'),
  ]
}

/**
 * Has a launcher run a shell script with this log or none, and waits for its end.
 * @param launcher program and first arguments, where it is not this machine's
 */
export async function runWith(
  log: LogTarget | undefined,
  script: string,
  [program, ...argv]: readonly [string, ...string[]] = [join(PARTS, 'launcher')],
): Promise<void> {
  const child = startChild(program, [...argv, 'run'], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    detached: true,
  })
  const control = child.stdio[3] as Duplex
  let said = ''
  control.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (said.includes('exited')) control.write('bye\n')
  })
  control.on('error', () => {})
  control.write(encodePlan(planOf(log, script)))
  await new Promise((resolve) => child.once('close', resolve))
  expect(said).toMatch(/^started .*\nexited 0 /)
}
