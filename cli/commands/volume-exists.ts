import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'volume exists VOLUME',
  description: 'Exit with 0 where there is such a volume, with 1 where there is none.',
  positionals: { volume: { required: true, describe: 'name' } },
  options: {},
  run: (engine, args) => ({ exitCode: engine.storage.volumes.find(args.volume) ? 0 : 1 }),
})
