import { SAVE_FORMATS, saveImages } from '../../engine/image/save.ts'
import { archiveOutput } from '../archive-output.ts'
import { defineCommand } from '../command.ts'
import { isQuietThere, openPullProgress } from '../pull-progress.ts'

export default defineCommand({
  usage: 'save [options] IMAGE [IMAGE...]',
  description: 'Write images into an archive, which "load" of any engine reads, on stdout or into a file.',
  positionals: { image: { required: true, array: true, describe: 'name or id' } },
  options: {
    compress: { type: 'boolean', describe: 'layers of a docker-dir that are not compressed' },
    format: { type: 'string', choices: SAVE_FORMATS, default: 'docker-archive', describe: 'what to write' },
    'multi-image-archive': {
      type: 'boolean',
      alias: 'm',
      describe: 'accepted: every name is an image to be saved anyway',
    },
    output: { type: 'string', alias: 'o', placeholder: 'FILE', describe: 'write to this file or directory' },
    quiet: { type: 'boolean', alias: 'q', describe: 'do not show the progress' },
  },
  examples: [
    ['tspod save -o app.tar app:1.0 db:1.0', 'two images into one file'],
    ['tspod save app | ssh host tspod load', 'to another machine'],
    ['tspod save --format oci-archive -o app.tar app', 'an OCI archive, with its layers as they were pulled'],
  ],
  run: async (engine, args, io) => {
    const output = archiveOutput(args.output, io.stdout)
    using progress = await openPullProgress(io, { quiet: args.quiet || isQuietThere(io) })
    await saveImages(engine, args.image, {
      format: SAVE_FORMATS.find((format) => format === args.format) ?? 'docker-archive',
      output,
      compress: args.compress,
      onProgress: progress.onProgress,
      onNotice: progress.onNotice,
    })
    return {}
  },
})
