import { tagImage } from '../../engine/image/tag.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'tag IMAGE NAME [NAME...]',
  description: 'Give an image more names. A name without a registry is on localhost.',
  positionals: {
    image: { required: true, describe: 'name or id' },
    name: { required: true, array: true, describe: 'a name, with or without a tag' },
  },
  options: {},
  examples: [['tspod tag alpine registry.example.com/team/alpine:v1', 'a name to push it by', 'runs']],
  run: (engine, args) => {
    tagImage(engine, args.image, args.name)
    return {}
  },
})
