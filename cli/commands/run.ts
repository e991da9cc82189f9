import { runContainer } from '../../engine/run.ts'
import { defineCommand } from '../command.ts'
import { DEBUG_FAULT, parseFault } from '../flags/debug-fault.ts'
import { toRegistryAccess } from '../flags/registry-options.ts'
import { RUN_OPTIONS, RUN_POSITIONALS, toRunRequest } from '../flags/run-options.ts'
import { openPullProgress } from '../pull-progress.ts'

export default defineCommand({
  usage: 'run [options] IMAGE [COMMAND [ARG...]]',
  optionsEndAtPositional: true,
  positionals: RUN_POSITIONALS,
  options: {
    ...RUN_OPTIONS,
    detach: { type: 'boolean', alias: 'd', describe: "run in the background and print the container's id" },
    'debug-fault': DEBUG_FAULT,
  },
  examples: [
    ['tspod run --rm alpine echo hello', 'one command, and nothing left behind'],
    ['tspod run -it --rm -v .:/src -w /src node:24 bash', 'a shell over this directory'],
    ['tspod run -d --name web nginx', 'a server in the background'],
  ],
  run: async (engine, args, io) => {
    using progress = await openPullProgress(io, { quiet: args.quiet })
    const result = await runContainer(engine, toRunRequest(args, await toRegistryAccess(args)), {
      onProgress: progress.onProgress,
      onNotice: progress.onNotice,
      onImage: progress.end,
      ...parseFault(args.debugFault),
    })
    return { exitCode: result.exitCode, lines: args.detach ? [result.id] : [] }
  },
})
