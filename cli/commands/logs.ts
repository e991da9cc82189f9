import { readLogs } from '../../engine/container/logs.ts'
import { selectContainers } from '../../engine/container/select.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { parseTail, parseTime } from '../flags/log-options.ts'

export default defineCommand({
  usage: 'logs [options] CONTAINER [CONTAINER...]',
  positionals: { container: { array: true, describe: 'name or id (a unique prefix will do)' } },
  options: {
    color: { type: 'boolean', describe: 'give the lines of each container a colour' },
    details: { type: 'boolean', describe: 'leave room for what a log driver notes down with a line' },
    follow: { type: 'boolean', alias: 'f', describe: 'go on until the container has ended' },
    latest: { type: 'boolean', alias: 'l', describe: 'of the container that was made last' },
    names: {
      type: 'boolean',
      aliasAs: { podman: 'n' },
      describe: 'of several containers, show the names in place of the ids',
    },
    since: {
      type: 'string',
      placeholder: 'TIME',
      describe: 'only what was written after this time, or this long ago: 10m',
    },
    tail: {
      type: 'string',
      aliasAs: { docker: 'n' },
      default: 'all',
      placeholder: 'NUMBER',
      describe: 'only the last lines',
    },
    timestamps: { type: 'boolean', alias: 't', describe: 'show when each line was written' },
    until: { type: 'string', placeholder: 'TIME', describe: 'only what was written before this time' },
  },
  examples: [
    ['tspod logs -f --tail 20 web', 'the last 20 lines, then whatever comes'],
    ['tspod logs -f --names web db', 'of two containers, each line with its name'],
  ],
  run: async (engine, args, io) => {
    if (args.latest === args.container.length > 0) {
      throw badArguments('logs needs at least one container, or --latest', 'logs')
    }
    const nowMs = Date.now()
    const tail = parseTail(args.tail)
    await readLogs(
      engine,
      args.latest ? selectContainers(engine, { latest: true }) : args.container,
      {
        follow: args.follow,
        timestamps: args.timestamps,
        names: args.names,
        color: args.color,
        details: args.details,
        ...(tail === undefined ? {} : { tail }),
        ...(args.since === undefined ? {} : { sinceMs: parseTime('--since', args.since, nowMs) }),
        ...(args.until === undefined ? {} : { untilMs: parseTime('--until', args.until, nowMs) }),
      },
      { stdout: (chunk) => io.stdout.write(chunk), stderr: (chunk) => io.stderr.write(chunk) },
    )
    return {}
  },
})
