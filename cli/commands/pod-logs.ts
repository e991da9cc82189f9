import { readLogs } from '../../engine/container/logs.ts'
import { podLogTargets } from '../../engine/pod/log-targets.ts'
import { selectPods } from '../../engine/pod/select.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { LOG_OPTIONS, toLogOptions } from '../flags/log-options.ts'

export default defineCommand({
  usage: 'pod logs [options] POD',
  description: 'Show the output of the containers of a pod, each line with whose it is.',
  positionals: { pod: { describe: 'name or id (a unique prefix will do)' } },
  options: {
    ...LOG_OPTIONS,
    container: { type: 'string', array: true, alias: 'c', placeholder: 'CONTAINER', describe: 'only of this one' },
    latest: { type: 'boolean', alias: 'l', describe: 'of the pod that was made last' },
  },
  examples: [['tspod pod logs -f --names shop', 'whatever they write, with their names']],
  run: async (engine, args, io) => {
    const [ref] = args.latest ? selectPods(engine, { latest: true }) : [args.pod]
    if (ref === undefined || (args.latest && args.pod !== undefined))
      throw badArguments('pod logs needs one pod, or --latest', 'pod logs')
    await readLogs(engine, podLogTargets(engine, ref, args.container), toLogOptions(args), {
      stdout: (chunk) => io.stdout.write(chunk),
      stderr: (chunk) => io.stderr.write(chunk),
    })
    return {}
  },
})
