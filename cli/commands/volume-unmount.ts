import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'volume unmount VOLUME',
  description: 'Print the name of a volume: its directory is there without being mounted.',
  positionals: { volume: { required: true, describe: 'name' } },
  options: {},
  run: (engine, args) => ({ lines: [engine.storage.volumes.resolve(args.volume).name] }),
})
