import { untagImage } from '../../engine/image/untag.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'untag IMAGE [NAME...]',
  description: 'Take names from an image, or all it has where none is given. The image stays.',
  positionals: {
    image: { required: true, describe: 'name or id' },
    name: { array: true, describe: 'a name to take away' },
  },
  options: {},
  run: (engine, args) => {
    untagImage(engine, args.image, args.name)
    return {}
  },
})
