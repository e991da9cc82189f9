import { addToManifest } from '../../engine/image/manifest.ts'
import { defineCommand } from '../command.ts'
import { ENTRY_OPTIONS, toEntryChanges } from '../flags/manifest-options.ts'
import { REGISTRY_OPTIONS, toRegistryAccess } from '../flags/registry-options.ts'

export default defineCommand({
  usage: 'manifest add [options] LIST IMAGE [IMAGE...]',
  description: 'Add images to a manifest list and print its id.',
  positionals: {
    list: { required: true, describe: 'name or id' },
    image: { required: true, array: true, describe: 'in storage, or on a registry' },
  },
  options: {
    ...REGISTRY_OPTIONS,
    ...ENTRY_OPTIONS,
    all: { type: 'boolean', describe: 'all images of what is a list itself' },
  },
  run: async (engine, args) => {
    const changes = toEntryChanges(args)
    // They also say which image of an index is meant.
    const platform = {
      ...(args.arch === undefined ? {} : { arch: args.arch }),
      ...(args.os === undefined ? {} : { os: args.os }),
      ...(args.variant === undefined ? {} : { variant: args.variant }),
    }
    const options = { ...(await toRegistryAccess(args)), ...platform, all: args.all, changes }
    return { lines: [(await addToManifest(engine, args.list, args.image, options)).id] }
  },
})
