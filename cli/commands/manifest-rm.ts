import { type RemovedImages, removeImage } from '../../engine/image/remove.ts'
import { defineCommand } from '../command.ts'
import { withMissingStatus } from '../missing-status.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'manifest rm [options] LIST [LIST...]',
  description: 'Remove manifest lists. Their images stay.',
  positionals: { list: { required: true, array: true, describe: 'name or id' } },
  options: { ignore: { type: 'boolean', alias: 'i', describe: 'do not fail on a list that does not exist' } },
  run: async (engine, args, { config }) => {
    const { manifestLists } = engine.storage
    const removed: RemovedImages[] = []
    const failures: unknown[] = []
    for (const ref of args.list) {
      try {
        if (args.ignore && !manifestLists.find(ref)) continue
        // A list only, never an image.
        manifestLists.resolve(ref)
        removed.push(await removeImage(engine, ref, {}))
      } catch (error) {
        failures.push(error)
      }
    }
    return withMissingStatus({ lines: styleOf(config).removed(removed), failures }, 'E_LIST_NOT_FOUND')
  },
})
