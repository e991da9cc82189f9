import { pull, pullAllTags } from '../../engine/image/pull.ts'
import { type CommandResult, defineCommand, forEachTarget } from '../command.ts'
import { PLATFORM_OPTIONS, platformWords, TRANSFER_OPTIONS, toRegistryAccess } from '../flags/registry-options.ts'
import { parsePullPolicy } from '../flags/run-options.ts'
import { TRUST_OPTIONS, toTrustOptions } from '../flags/trust-options.ts'
import { openPullProgress } from '../pull-progress.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'pull [options] IMAGE [IMAGE...]',
  description: 'Fetch images from a registry and print their ids.',
  positionals: {
    image: { required: true, array: true, describe: 'name, with a tag or a digest; or oci:PATH and the like' },
  },
  options: {
    ...PLATFORM_OPTIONS,
    ...TRANSFER_OPTIONS,
    'all-tags': { type: 'boolean', alias: 'a', describe: 'all images of the repository' },
    policy: {
      type: 'string',
      alias: 'pull',
      choices: ['always', 'missing', 'never', 'newer'],
      default: 'always',
      describe: 'when to ask the registry',
    },
    quiet: { type: 'boolean', alias: 'q', describe: 'do not show the progress' },
    ...TRUST_OPTIONS,
  },
  examples: [
    ['tspod pull alpine', 'the latest alpine', 'runs'],
    ['tspod pull --platform linux/arm64 alpine:3.20', 'for another machine'],
  ],
  run: async (engine, args, io): Promise<CommandResult> => {
    const style = styleOf(io.config)
    using progress = await openPullProgress(io, { quiet: args.quiet })
    const options = {
      ...(await toRegistryAccess(args)),
      ...platformWords(args),
      policy: parsePullPolicy(args.policy),
      onProgress: progress.onProgress,
      onNotice: progress.onNotice,
      ...toTrustOptions(args, progress.onNotice),
    }
    return await forEachTarget(
      args.image,
      async (name) => await (args.allTags ? pullAllTags : pull)(engine, name, options),
      (pulled) => {
        const lines = pulled.flatMap((one) => [
          ...(args.quiet ? [] : style.pullStatus(one)),
          style.pulled(one.image, one.name),
        ])
        return lines.length === 0 ? undefined : [...new Set(lines)].join('\n')
      },
    )
  },
})
