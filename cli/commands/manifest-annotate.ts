import { annotateManifest } from '../../engine/image/manifest.ts'
import { defineCommand } from '../command.ts'
import { ENTRY_OPTIONS, toEntryChanges } from '../flags/manifest-options.ts'

export default defineCommand({
  usage: 'manifest annotate [options] LIST IMAGE',
  description: 'Change what a manifest list says of one of its images, and print its id.',
  positionals: {
    list: { required: true, describe: 'name or id' },
    image: { required: true, describe: 'a digest, or an image in storage' },
  },
  options: ENTRY_OPTIONS,
  run: async (engine, args) => ({
    lines: [(await annotateManifest(engine, args.list, args.image, toEntryChanges(args))).id],
  }),
})
