import { TspodError } from '../../base/errors.ts'
import { encodePlan } from '../plan/encode.ts'
import { explainFailure } from '../plan/explain.ts'
import type { Step } from '../plan/step.ts'
import { startLauncher } from './control.ts'

/**
 * Has a launcher carry out a plan that ends with `end`.
 *
 * @throws {TspodError} those of the plan's steps
 */
export async function carryOut(launcher: string, plan: readonly Step[]): Promise<void> {
  const control = await startLauncher({ launcher, foreground: false })
  control.write(encodePlan(plan))
  const [word, index, errno] = (await control.next())?.split(' ') ?? []
  control.leave()
  if (word === 'failed') throw explainFailure(plan, Number(index), Number(errno))
  if (word !== 'done') throw new TspodError('E_LAUNCH_FAILED', 'the launcher was killed at its work')
}
