import { createManifest } from '../../engine/image/manifest.ts'
import { defineCommand } from '../command.ts'
import { REGISTRY_OPTIONS, toRegistryAccess } from '../flags/registry-options.ts'

export default defineCommand({
  usage: 'manifest create [options] LIST [IMAGE...]',
  description: 'Make a manifest list of images, one for each platform, and print its id.',
  positionals: {
    list: { required: true, describe: 'its name' },
    image: { array: true, describe: 'in storage, or on a registry' },
  },
  options: {
    ...REGISTRY_OPTIONS,
    all: { type: 'boolean', describe: 'all images of what is a list itself' },
    amend: { type: 'boolean', alias: 'a', describe: 'add to a list that is there already' },
  },
  examples: [['tspod manifest create app:1.0 app:amd64 app:arm64', 'one name for two platforms']],
  run: async (engine, args) => {
    const access = await toRegistryAccess(args)
    const options = { ...access, images: args.image, all: args.all, amend: args.amend }
    return { lines: [(await createManifest(engine, args.list, options)).id] }
  },
})
