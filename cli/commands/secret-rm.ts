import { removeSecret } from '../../engine/secret/remove.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'secret rm [options] SECRET [SECRET...]',
  description: 'Remove secrets. Containers that have them keep theirs.',
  positionals: { secret: { array: true, describe: 'name or id' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all secrets' },
    ignore: { type: 'boolean', alias: 'i', describe: 'do not fail on one that does not exist' },
  },
  run: async (engine, args, { config }) => {
    if (args.all === args.secret.length > 0) throw badArguments('secret rm takes names or --all', 'secret rm')
    const refs = args.all ? engine.storage.secrets.list().map(({ id }) => id) : args.secret
    const isDocker = styleOf(config).engine === 'docker'
    return await forEachTarget(
      refs,
      (ref) => removeSecret(engine, ref, { ignoreMissing: args.ignore || args.all }),
      (id, ref) => (isDocker ? ref : id),
    )
  },
})
