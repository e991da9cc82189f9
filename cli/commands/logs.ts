import { readLogs } from '../../engine/container/logs.ts'
import { defineCommand } from '../command.ts'
import { parseTail, parseTime } from '../flags/log-options.ts'

export default defineCommand({
  usage: 'logs [options] CONTAINER',
  positionals: { container: { required: true, describe: 'name or id (a unique prefix will do)' } },
  options: {
    follow: { type: 'boolean', alias: 'f', describe: 'go on until the container has ended' },
    since: {
      type: 'string',
      placeholder: 'TIME',
      describe: 'only what was written after this time, or this long ago: 10m',
    },
    tail: { type: 'string', default: 'all', placeholder: 'NUMBER', describe: 'only the last lines' },
    timestamps: { type: 'boolean', alias: 't', describe: 'show when each line was written' },
    until: { type: 'string', placeholder: 'TIME', describe: 'only what was written before this time' },
  },
  examples: [['tspod logs -f --tail 20 web', 'the last 20 lines, then whatever comes']],
  run: async (engine, args, io) => {
    const nowMs = Date.now()
    const tail = parseTail(args.tail)
    await readLogs(
      engine,
      args.container,
      {
        follow: args.follow,
        timestamps: args.timestamps,
        ...(tail === undefined ? {} : { tail }),
        ...(args.since === undefined ? {} : { sinceMs: parseTime('--since', args.since, nowMs) }),
        ...(args.until === undefined ? {} : { untilMs: parseTime('--until', args.until, nowMs) }),
      },
      { stdout: (chunk) => io.stdout.write(chunk), stderr: (chunk) => io.stderr.write(chunk) },
    )
    return {}
  },
})
