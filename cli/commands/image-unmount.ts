import { mountedImages, unmountImage } from '../../engine/image/mount.ts'
import { sweepMounts } from '../../engine/image/mount-tree.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { badArguments } from '../flags/errors.ts'

export default defineCommand({
  usage: 'image unmount [options] IMAGE [IMAGE...]',
  positionals: { image: { array: true, describe: 'name or id' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all that are mounted' },
    force: { type: 'boolean', alias: 'f', describe: 'do not fail where it is not mounted' },
  },
  run: (engine, args) => {
    if (args.all === args.image.length > 0) throw badArguments('image unmount takes names or --all', 'image unmount')
    if (args.all) sweepMounts(engine)
    const refs = args.all ? mountedImages(engine).map(({ image }) => image.id) : args.image
    return forEachTarget(
      refs,
      (ref) => unmountImage(engine, ref, { force: args.force }),
      (id) => id,
    )
  },
})
