import { diffContainer, diffImage } from '../../engine/image/diff.ts'
import { defineCommand } from '../command.ts'
import { DIFF_FORMAT, printChanges } from '../report/changes.ts'

export default defineCommand({
  usage: 'diff [options] CONTAINER|IMAGE [IMAGE]',
  description: 'What a container changed in its image, or how it differs from another image.',
  positionals: {
    container: { required: true, describe: 'name or id' },
    base: { describe: 'the image to compare with' },
  },
  options: { format: DIFF_FORMAT },
  examples: [['tspod diff web', 'A for what was added, C for what was changed, D for what was deleted']],
  run: (engine, args) => {
    const isContainer = engine.storage.containers.find(args.container) || !engine.storage.images.find(args.container)
    const diff = isContainer ? diffContainer : diffImage
    return printChanges(diff(engine, args.container, args.base), args.format)
  },
})
