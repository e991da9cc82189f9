import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../../engine/engine.ts'
import { everyImage } from '../../engine/image/list.ts'
import { type RemovedImages, removeImage } from '../../engine/image/remove.ts'
import { defineCommand } from '../command.ts'
import { badArguments } from '../flags/errors.ts'
import { styleOf } from '../style/style.ts'

/** Source: podman-rmi(1), "Exit Status": 1 where an image does not exist, and no other one is in use. */
const MISSING_STATUS = 1
const IN_USE_STATUS = 2

export default defineCommand({
  usage: 'rmi [options] IMAGE [IMAGE...]',
  positionals: { image: { array: true, describe: 'name or id' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all images' },
    force: { type: 'boolean', alias: 'f', describe: 'the containers that use them, too' },
    ignore: { type: 'boolean', alias: 'i', describe: 'do not fail on an image that does not exist' },
    'no-prune': { type: 'boolean', describe: 'leave the images without a name that they were built on' },
  },
  examples: [['tspod rmi alpine:3.19', 'remove one image']],
  run: async (engine, args, { config }) => {
    if (!args.all && args.image.length === 0) throw badArguments('rmi needs at least one image', 'rmi')
    if (args.all && args.image.length > 0) throw badArguments('rmi takes names or --all, not both', 'rmi')
    const style = styleOf(config)
    const removed: RemovedImages[] = []
    const failures: unknown[] = []
    for (const ref of args.all ? everyName(engine) : args.image) {
      try {
        const options = {
          force: args.force,
          keepRunning: style.engine === 'docker',
          ignoreMissing: args.ignore || args.all || (args.force && style.engine === 'podman'),
          noPrune: args.noPrune,
        }
        removed.push(await removeImage(engine, ref, options))
      } catch (error) {
        failures.push(error)
      }
    }
    const lines = style.removed(removed)
    if (style.engine === 'podman') return { lines, failures, ...statusOf(failures) }
    return { lines, failures, ...(args.force && failures.every(isMissing) ? { exitCode: 0 } : {}) }
  },
})

/** Names before ids, for an id alone does not say which name is meant; what was built on another one before that. */
function everyName(engine: Engine): string[] {
  const images = [...everyImage(engine)].sort((one, other) => other.layers.length - one.layers.length)
  return images.flatMap(({ id, names }) => (names.length > 0 ? names : [id]))
}

/** docker's --force says so, and does not fail for it. Seen in 28.2. */
function isMissing(error: unknown): boolean {
  return error instanceof TspodError && error.code === 'E_IMAGE_NOT_FOUND'
}

function statusOf(failures: readonly unknown[]): { readonly exitCode?: number } {
  const has = (code: string): boolean => failures.some((error) => error instanceof TspodError && error.code === code)
  if (has('E_IMAGE_IN_USE') || has('E_IMAGE_HAS_CHILDREN')) return { exitCode: IN_USE_STATUS }
  return has('E_IMAGE_NOT_FOUND') ? { exitCode: MISSING_STATUS } : {}
}
