import { listImages } from '../../engine/image/list.ts'
import { type MountedImage, mountedImages, mountImage } from '../../engine/image/mount.ts'
import { type CommandResult, defineCommand } from '../command.ts'
import { badValue } from '../flags/errors.ts'
import { isJson } from '../report/formatted.ts'
import { type Style, styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'image mount [options] [IMAGE...]',
  description:
    'Show the files of images, read-only, at a path; without a name list those that are mounted. As root or inside "tspod unshare" the path is a mount, elsewhere it leads through a small process that holds it.',
  positionals: { image: { array: true, describe: 'name or id' } },
  options: {
    all: { type: 'boolean', alias: 'a', describe: 'all images' },
    format: { type: 'string', placeholder: 'json', describe: 'JSON' },
  },
  examples: [['ls $(tspod image mount alpine)/etc', 'look into an image without running it', 'runs']],
  run: async (engine, args, { config }) => {
    const refs = args.all
      ? listImages(engine)
          .filter((image) => !image.isManifestList)
          .map(({ id }) => id)
      : args.image
    if (refs.length === 0) return printMounts(mountedImages(engine), args.format, styleOf(config))
    const mounted: MountedImage[] = []
    const failures: unknown[] = []
    for (const ref of refs) {
      try {
        mounted.push(await mountImage(engine, ref))
      } catch (error) {
        failures.push(error)
      }
    }
    const [only] = mounted
    if (only && refs.length === 1 && args.format === undefined) return { lines: [only.path] }
    return { ...printMounts(mounted, args.format, styleOf(config)), failures }
  },
})

function printMounts(mounts: readonly MountedImage[], format: string | undefined, style: Style): CommandResult {
  if (format === undefined) {
    return { lines: style.table(mounts.map(({ image, path }) => [style.imageName(image.names[0] ?? image.id), path])) }
  }
  if (!isJson(format)) throw badValue('--format', format, 'must be json')
  const objects = mounts.map(({ image, path }) => ({
    id: image.id,
    Names: [image.manifestDigest],
    Repositories: image.names,
    mountpoint: path,
  }))
  return { lines: [JSON.stringify(objects, null, 1)] }
}
