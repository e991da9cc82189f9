import { cleanupContainer } from '../../engine/container/cleanup.ts'
import { defineCommand, forEachTarget } from '../command.ts'

/** A whole id, as monitors call it with: theirs may have been removed meanwhile, which is no error. A name that is not there is one. */
const MONITORS = /^[0-9a-f]{64}$/

export default defineCommand({
  usage: 'container cleanup CONTAINER [CONTAINER...]',
  description: 'Tidy up after containers that have ended. Monitors call it; calling it again changes nothing.',
  positionals: { container: { required: true, array: true, describe: 'name or id' } },
  options: {
    restart: { type: 'boolean', describe: 'start it again, for the process that waited to do it' },
  },
  run: async (engine, args) => {
    if (!args.restart) {
      return await forEachTarget(args.container, (ref) => {
        if (!MONITORS.test(ref)) engine.storage.containers.resolve(ref)
        return cleanupContainer(engine, ref)
      })
    }
    const { restartDelayed } = await import('../../engine/container/restart-delayed.ts')
    return await forEachTarget(args.container, (id) => restartDelayed(engine, id))
  },
})
