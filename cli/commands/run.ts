import { runContainer } from '../../engine/run.ts'
import { defineCommand } from '../command.ts'
import { badValue } from '../flags/errors.ts'
import { RUN_OPTIONS, RUN_POSITIONALS, toRunRequest } from '../flags/run-options.ts'
import { openPullProgress } from '../pull-progress.ts'

export default defineCommand({
  usage: 'run [options] IMAGE [COMMAND [ARG...]]',
  optionsEndAtPositional: true,
  positionals: RUN_POSITIONALS,
  options: {
    ...RUN_OPTIONS,
    detach: { type: 'boolean', alias: 'd', describe: "run in the background and print the container's id" },
    'debug-fault': {
      type: 'string',
      hidden: true,
      placeholder: 'kill-before=STEP',
      describe: 'kill the launcher before a step of the plan',
    },
  },
  examples: [
    ['tspod run --rm alpine echo hello', 'one command, and nothing left behind'],
    ['tspod run -it --rm -v .:/src -w /src node:24 bash', 'a shell over this directory'],
    ['tspod run -d --name web nginx', 'a server in the background'],
  ],
  run: async (engine, args, io) => {
    using progress = await openPullProgress(io, { quiet: args.quiet })
    const result = await runContainer(engine, toRunRequest(args), {
      onProgress: progress.onProgress,
      onNotice: progress.onNotice,
      ...parseFault(args.debugFault),
    })
    return { exitCode: result.exitCode, lines: args.detach ? [result.id] : [] }
  },
})

/** For the tests that have the launcher die at every step. */
function parseFault(text: string | undefined): { killBefore?: number } {
  if (text === undefined) return {}
  const step = /^kill-before=(\d{1,6})$/.exec(text)?.[1]
  if (step === undefined) throw badValue('--debug-fault', text, 'not kill-before=STEP')
  return { killBefore: Number(step) }
}
