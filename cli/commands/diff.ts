import { selectContainers } from '../../engine/container/select.ts'
import { diffContainer, diffImage } from '../../engine/image/diff.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { DIFF_FORMAT, printChanges } from '../report/changes.ts'

export default defineCommand({
  usage: 'diff [options] CONTAINER|IMAGE [IMAGE]',
  description: 'What a container changed in its image, or how it differs from another image.',
  positionals: {
    container: { describe: 'name or id' },
    base: { describe: 'the image to compare with' },
  },
  options: {
    format: DIFF_FORMAT,
    latest: { type: 'boolean', alias: 'l', describe: 'of the container that was made last' },
  },
  examples: [['tspod diff web', 'A for what was added, C for what was changed, D for what was deleted', 'runs']],
  run: (engine, args) => {
    const [name, base] = args.latest
      ? [...selectContainers(engine, { latest: true }), args.container]
      : [args.container, args.base]
    if (name === undefined) throw badArguments('diff needs a container or an image, or --latest', 'diff')
    const isContainer = engine.storage.containers.find(name) || !engine.storage.images.find(name)
    const diff = isContainer ? diffContainer : diffImage
    return printChanges(diff(engine, name, base), args.format)
  },
})
