import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../../engine/engine.ts'
import { listImages } from '../../engine/image/list.ts'
import { removeImage } from '../../engine/image/remove.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'

/** Source: podman-rmi(1), "Exit Status": 1 where nothing failed but that an image does not exist. */
const MISSING_STATUS = 1

export default defineCommand({
  usage: 'rmi [options] IMAGE [IMAGE...]',
  positionals: { image: { array: true, describe: 'name or id' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all images' },
    force: { type: 'boolean', alias: 'f', describe: 'the containers that use them, too' },
    ignore: { type: 'boolean', alias: 'i', describe: 'do not fail on an image that does not exist' },
  },
  examples: [['tspod rmi alpine:3.19', 'remove one image']],
  run: async (engine, args) => {
    if (!args.all && args.image.length === 0) throw badArguments('rmi needs at least one image', 'rmi')
    const targets = args.all ? everyName(engine) : args.image
    const lines: string[] = []
    const failures: unknown[] = []
    for (const ref of targets) {
      try {
        const removed = await removeImage(engine, ref, {
          force: args.force,
          ignoreMissing: args.ignore || args.force || args.all,
        })
        lines.push(...removed.untagged.map((name) => `Untagged: ${name}`))
        if (removed.deleted !== undefined) lines.push(`Deleted: ${removed.deleted}`)
      } catch (error) {
        failures.push(error)
      }
    }
    const areMissing = failures.every((error) => error instanceof TspodError && error.code === 'E_IMAGE_NOT_FOUND')
    return { lines, failures, ...(failures.length > 0 && areMissing ? { exitCode: MISSING_STATUS } : {}) }
  },
})

/** By its names, as an id alone does not say which of them are meant. */
function everyName(engine: Engine): string[] {
  return listImages(engine).flatMap(({ id, names }) => (names.length > 0 ? names : [id]))
}
