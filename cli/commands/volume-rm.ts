import { removeVolume } from '../../engine/volume/remove.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { withMissingStatus } from '../missing-status.ts'

export default defineCommand({
  usage: 'volume rm [options] VOLUME [VOLUME...]',
  positionals: { volume: { array: true, describe: 'name' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all volumes' },
    force: {
      type: 'boolean',
      alias: 'f',
      describe: 'the containers that have them, too; ignore those that do not exist',
    },
    time: {
      type: 'number',
      alias: 't',
      minimum: 0,
      placeholder: 'SECONDS',
      describe: 'with --force: how long the containers may take to stop',
    },
  },
  run: async (engine, args) => {
    if (args.all === args.volume.length > 0) throw badArguments('volume rm takes names or --all', 'volume rm')
    const names = args.all ? engine.storage.volumes.list().map(({ name }) => name) : args.volume
    const options = {
      force: args.force,
      ignoreMissing: args.force || args.all,
      ...(args.time === undefined ? {} : { graceMs: args.time * 1000 }),
    }
    const result = await forEachTarget(names, (name) => removeVolume(engine, name, options))
    return withMissingStatus(result, 'E_VOLUME_NOT_FOUND')
  },
})
