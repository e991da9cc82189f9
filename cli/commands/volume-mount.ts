import { volumeDirectory } from '../../engine/volume/export.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'volume mount VOLUME',
  description: 'Print the directory with what is in a volume. It is there without being mounted.',
  positionals: { volume: { required: true, describe: 'name' } },
  options: {},
  run: (engine, args) => ({ lines: [volumeDirectory(engine.storage.volumes.resolve(args.volume))] }),
})
