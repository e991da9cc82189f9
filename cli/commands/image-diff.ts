import { diffImage } from '../../engine/image/diff.ts'
import { defineCommand } from '../command.ts'
import { DIFF_FORMAT, printChanges } from '../report/changes.ts'

export default defineCommand({
  usage: 'image diff [options] IMAGE [IMAGE]',
  description: 'What the last layer of an image changed, or how it differs from a second image.',
  positionals: {
    image: { required: true, describe: 'name or id' },
    base: { describe: 'the image to compare with' },
  },
  options: { format: DIFF_FORMAT },
  run: (engine, args) => printChanges(diffImage(engine, args.image, args.base), args.format),
})
