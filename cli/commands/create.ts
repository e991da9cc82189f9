import { createOnly } from '../../engine/container/create-only.ts'
import { defineCommand } from '../command.ts'
import { EXPLAIN_OPTION } from '../flags/explain-option.ts'
import { RUN_GROUPS } from '../flags/run/groups.ts'
import { RUN_OPTIONS, RUN_POSITIONALS } from '../flags/run-options.ts'
import { readRunRequest } from '../flags/run-request.ts'
import { openPullProgress } from '../pull-progress.ts'

export default defineCommand({
  usage: 'create [options] IMAGE [COMMAND [ARG...]]',
  description: 'Make a container, print its id and leave it to be started later.',
  optionsEndAtPositional: true,
  positionals: RUN_POSITIONALS,
  options: { ...RUN_OPTIONS, explain: EXPLAIN_OPTION },
  groups: RUN_GROUPS,
  examples: [['tspod create --name web nginx && tspod start web', 'make it now, run it later']],
  run: async (engine, args, io) => {
    const request = await readRunRequest(args, io)
    if (args.explain !== undefined) {
      const { explain } = await import('../explain.ts')
      return await explain(engine, { ...request, detach: true }, args.explain)
    }
    using progress = await openPullProgress(io, { quiet: args.quiet })
    const { id } = await createOnly(engine, request, {
      onProgress: progress.onProgress,
      onNotice: progress.onNotice,
      onImage: progress.end,
    })
    return { lines: [id] }
  },
})
