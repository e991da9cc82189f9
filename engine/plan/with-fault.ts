import { TspodError } from '../../base/errors.ts'
import { type Step, step } from './step.ts'

/** Their last argument is how many steps their child has. */
const MAKERS: ReadonlySet<string> = new Set(['beside', 'clone', 'helper', 'sibling'])

/**
 * The same plan, in which whoever would carry out step `before` dies instead; for the tests of
 * what is left behind. The fault counts into the list of steps of the child it is in. Pure.
 *
 * @throws {TspodError} E_NO_SUCH_STEP: the plan is shorter, and the error names them all
 */
export function withFault(plan: readonly Step[], before: number | undefined): readonly Step[] {
  if (before === undefined) return plan
  if (before >= plan.length)
    throw new TspodError('E_NO_SUCH_STEP', `the plan has the steps ${plan.map(({ op }) => op).join(' ')}`)
  const grown = plan.map((one, index) => {
    if (!MAKERS.has(one.op)) return one
    const place = one.args.length - 1
    const count = Number.parseInt(one.args[place] ?? '0', 16)
    const isInside = before > index && before <= index + count
    return isInside ? { ...one, args: [...one.args.slice(0, place), (count + 1).toString(16)] } : one
  })
  return [...grown.slice(0, before), step('go on', 'fault'), ...grown.slice(before)]
}
