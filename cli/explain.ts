import type { Engine } from '../engine/engine.ts'
import { explainRun } from '../engine/explain/explain-run.ts'
import type { ExplainedStep } from '../engine/explain/explain-steps.ts'
import type { RunRequest } from '../engine/request.ts'
import { formatTable } from '../ui/text/table.ts'
import type { CommandResult } from './command.ts'

/** What `--explain` prints in place of a run. */
export async function explain(engine: Engine, request: RunRequest, format: string): Promise<CommandResult> {
  const explanation = await explainRun(engine, request)
  if (format === 'json') return { lines: [JSON.stringify(explanation, null, 2)] }
  const rows = explanation.values.map(({ subject, value, decidedBy }) => [subject, decidedBy, value])
  return {
    lines: [
      ...formatTable([['WHAT', 'DECIDED BY', 'VALUE'], ...rows]),
      '',
      'Then, in this order:',
      ...explanation.steps.filter(({ op }) => !isPlace(op)).map(stepLine),
    ],
  }
}

/** Places to mount on are made where they are missing; what is mounted there says enough. */
function isPlace(op: string): boolean {
  return op === 'directory' || op === 'file'
}

const ACTORS = { monitor: 'monitor', container: '  container', helper: '  helper' } as const

function stepLine({ by, why, args }: ExplainedStep): string {
  return `${ACTORS[by].padEnd(11)}  ${why}${args.length > 1 ? ` (${args.length} times)` : ''}`
}
