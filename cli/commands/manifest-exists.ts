import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'manifest exists LIST',
  description: 'Exit with 0 where there is such a manifest list in storage, with 1 where there is none.',
  positionals: { list: { required: true, describe: 'name or id' } },
  options: {},
  run: (engine, args) => ({ exitCode: engine.storage.manifestLists.find(args.list) ? 0 : 1 }),
})
