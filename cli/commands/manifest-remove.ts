import { removeFromManifest } from '../../engine/image/manifest.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'manifest remove LIST IMAGE',
  description: 'Take an image out of a manifest list and print its id.',
  positionals: {
    list: { required: true, describe: 'name or id' },
    image: { required: true, describe: 'a digest, or an image in storage' },
  },
  options: {},
  run: async (engine, args) => ({ lines: [(await removeFromManifest(engine, args.list, args.image)).id] }),
})
