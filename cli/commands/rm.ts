import { removeContainer } from '../../engine/container/remove.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { withMissingStatus } from '../missing-status.ts'
import { containerTargets } from '../targets.ts'

export default defineCommand({
  usage: 'rm [options] CONTAINER [CONTAINER...]',
  positionals: { container: { array: true, describe: 'name or id (a unique prefix will do)' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all containers' },
    force: { type: 'boolean', alias: 'f', describe: 'stop those that run, ignore those that do not exist' },
    ignore: { type: 'boolean', alias: 'i', describe: 'do not fail on a container that does not exist' },
    time: {
      type: 'number',
      alias: 't',
      minimum: 0,
      placeholder: 'SECONDS',
      describe: 'with --force: between the stop signal and SIGKILL',
    },
    volumes: { type: 'boolean', alias: 'v', describe: 'their anonymous volumes, too' },
  },
  examples: [['tspod rm -f -t 0 web', 'kill and remove']],
  run: async (engine, args) => {
    const targets = containerTargets(engine, args.container, { all: args.all, which: 'every', command: 'rm' })
    const result = await forEachTarget(targets, (ref) =>
      removeContainer(engine, ref, {
        force: args.force,
        ignoreMissing: args.ignore || args.force,
        ...(args.volumes ? { volumes: true } : {}),
        ...(args.time === undefined ? {} : { graceMs: args.time * 1000 }),
      }),
    )
    return withMissingStatus(result, 'E_CONTAINER_NOT_FOUND')
  },
})
