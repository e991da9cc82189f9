import { readLogs } from '../../engine/container/logs.ts'
import { selectContainers } from '../../engine/container/select.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { LOG_OPTIONS, toLogOptions } from '../flags/log-options.ts'

export default defineCommand({
  usage: 'logs [options] CONTAINER [CONTAINER...]',
  positionals: { container: { array: true, describe: 'name or id (a unique prefix will do)' } },
  options: {
    ...LOG_OPTIONS,
    details: { type: 'boolean', describe: 'leave room for what a log driver notes down with a line' },
    latest: { type: 'boolean', alias: 'l', describe: 'of the container that was made last' },
  },
  examples: [
    ['tspod logs -f --tail 20 web', 'the last 20 lines, then whatever comes'],
    ['tspod logs -f --names web db', 'of two containers, each line with its name'],
  ],
  run: async (engine, args, io) => {
    if (args.latest === args.container.length > 0) {
      throw badArguments('logs needs at least one container, or --latest', 'logs')
    }
    const refs = args.latest ? selectContainers(engine, { latest: true }) : args.container
    const options = { ...toLogOptions(args), details: args.details }
    await readLogs(engine, refs, options, {
      stdout: (chunk) => io.stdout.write(chunk),
      stderr: (chunk) => io.stderr.write(chunk),
    })
    return {}
  },
})
