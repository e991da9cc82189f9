import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'secret exists SECRET',
  description: 'Exit with 0 where there is such a secret, with 1 where there is none.',
  positionals: { secret: { required: true, describe: 'name or id' } },
  options: {},
  run: (engine, args) => ({ exitCode: engine.storage.secrets.find(args.secret) ? 0 : 1 }),
})
