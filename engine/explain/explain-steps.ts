import type { Step } from '../plan/step.ts'

/** A step of the launcher, or several alike. */
export interface ExplainedStep {
  /** who carries it out */
  readonly by: 'monitor' | 'container' | 'helper'
  /** what for: completes "it would …" */
  readonly why: string
  readonly op: string
  /** of each of them */
  readonly args: readonly (readonly string[])[]
}

/** Ops whose last argument is how many of the next steps a child carries out, and who that is. */
const CHILDREN: Readonly<Record<string, ExplainedStep['by']>> = {
  clone: 'container',
  helper: 'helper',
  sibling: 'container',
}

/**
 * A plan as a list for a person: who does what, and why; steps that are alike and follow each other
 * are one. Pure.
 */
export function explainSteps(plan: readonly Step[]): ExplainedStep[] {
  const explained: ExplainedStep[] = []
  const actors: { readonly by: ExplainedStep['by']; until: number }[] = []
  for (const [index, { op, why, args }] of plan.entries()) {
    while ((actors.at(-1)?.until ?? plan.length + 1) <= index) actors.pop()
    const by = actors.at(-1)?.by ?? 'monitor'
    const last = explained.at(-1)
    if (last && last.op === op && last.why === why && last.by === by) {
      explained[explained.length - 1] = { ...last, args: [...last.args, args] }
    } else explained.push({ by, why, op, args: [args] })
    const child = CHILDREN[op]
    if (child) actors.push({ by: child, until: index + 1 + Number.parseInt(args.at(-1) ?? '0', 16) })
  }
  return explained
}
