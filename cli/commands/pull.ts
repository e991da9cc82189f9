import { pull } from '../../engine/image/pull.ts'
import { defineCommand, forEachTarget } from '../command.ts'
import { parsePullPolicy } from '../flags/run-options.ts'
import { openPullProgress } from '../pull-progress.ts'

export default defineCommand({
  usage: 'pull [options] IMAGE [IMAGE...]',
  description: 'Fetch images from a registry and print their ids.',
  positionals: { image: { required: true, array: true, describe: 'name, with a tag or a digest' } },
  options: {
    platform: { type: 'string', placeholder: 'OS/ARCH[/VARIANT]', describe: 'fetch the image for this platform' },
    policy: {
      type: 'string',
      choices: ['always', 'missing', 'never', 'newer'],
      default: 'always',
      describe: 'when to ask the registry',
    },
    quiet: { type: 'boolean', alias: 'q', describe: 'do not show the progress' },
    'tls-verify': { type: 'boolean', default: true, describe: "check the registry's certificate" },
  },
  examples: [
    ['tspod pull alpine', 'the latest alpine'],
    ['tspod pull --platform linux/arm64 alpine:3.20', 'for another machine'],
  ],
  run: async (engine, args, io) => {
    using progress = await openPullProgress(io, { quiet: args.quiet })
    return await forEachTarget(
      args.image,
      (name) =>
        pull(engine, name, {
          policy: parsePullPolicy(args.policy),
          onProgress: progress.onProgress,
          onNotice: progress.onNotice,
          // Left alone, registries.conf decides.
          ...(args.tlsVerify ? {} : { tlsVerify: false }),
          ...(args.platform === undefined ? {} : { platform: args.platform }),
        }),
      (image) => image.id,
    )
  },
})
