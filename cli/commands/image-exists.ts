import { imageExists } from '../../engine/image/exists.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'image exists IMAGE',
  description: 'Exit with 0 where there is such an image in storage, with 1 where there is none.',
  positionals: { image: { required: true, describe: 'name or id' } },
  options: {},
  run: (engine, args) => ({ exitCode: imageExists(engine, args.image) ? 0 : 1 }),
})
