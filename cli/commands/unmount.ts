import { mountedContainers, unmountContainer } from '../../engine/container/mount.ts'
import { sweepMounts } from '../../engine/image/mount-tree.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { badArguments } from '../flags/errors.ts'

export default defineCommand({
  usage: 'unmount [options] CONTAINER [CONTAINER...]',
  positionals: { container: { array: true, describe: 'name or id' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all that were mounted' },
    force: { type: 'boolean', alias: 'f', describe: 'do not fail where it is not mounted' },
  },
  run: (engine, args) => {
    if (args.all === args.container.length > 0) throw badArguments('unmount takes names or --all', 'unmount')
    if (args.all) sweepMounts(engine)
    const refs = args.all ? mountedContainers(engine).map(({ container }) => container.id) : args.container
    return forEachTarget(
      refs,
      (ref) => unmountContainer(engine, ref, { force: args.force || args.all }),
      (id) => id,
    )
  },
})
