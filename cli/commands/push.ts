import { writeDigestFile } from '../../engine/image/digest-file.ts'
import { type Pushed, push, pushAllTags } from '../../engine/image/push.ts'
import { type CommandResult, defineCommand } from '../command.ts'
import { badArguments, badValue } from '../flags/errors.ts'
import { TRANSFER_OPTIONS, toRegistryAccess } from '../flags/registry-options.ts'
import { SIGN_OPTIONS, toSignOptions } from '../flags/sign-options.ts'
import { openPullProgress } from '../pull-progress.ts'

export default defineCommand({
  usage: 'push [options] IMAGE [DESTINATION]',
  positionals: {
    image: { required: true, describe: 'name or id' },
    destination: { describe: 'where to, if not where its name says; a name, or oci:PATH and the like' },
  },
  options: {
    ...TRANSFER_OPTIONS,
    'all-tags': { type: 'boolean', alias: 'a', describe: 'all images of the repository' },
    'compression-format': {
      type: 'string',
      choices: ['gzip', 'zstd'],
      describe: 'compress layers so that are not compressed yet',
    },
    'compression-level': { type: 'number', placeholder: 'LEVEL', describe: 'gzip 1 to 9, zstd 1 to 22' },
    digestfile: { type: 'string', placeholder: 'FILE', describe: 'write the digest of the manifest to this file' },
    'force-compression': { type: 'boolean', describe: 'layers that are compressed otherwise, too' },
    format: {
      type: 'string',
      alias: 'f',
      choices: ['oci', 'docker', 'v2s2'],
      describe: 'format of the manifest; by default what it is',
    },
    quiet: { type: 'boolean', alias: 'q', describe: 'do not show the progress' },
    ...SIGN_OPTIONS,
    'remove-signatures': { type: 'boolean', describe: 'push no signatures' },
  },
  examples: [
    ['tspod push quay.io/team/app:1.0', 'where its name says'],
    ['tspod push app registry.example.com/team/app:1.0', 'somewhere else'],
    ['tspod push app oci-archive:app.tar', 'into a file'],
  ],
  run: async (engine, args, io): Promise<CommandResult> => {
    if (args.allTags && args.destination !== undefined) throw badArguments('--all-tags takes no destination', 'push')
    using progress = await openPullProgress(io, { quiet: args.quiet })
    const options = {
      ...(await toRegistryAccess(args)),
      onProgress: progress.onProgress,
      onNotice: progress.onNotice,
      ...(args.format === undefined ? {} : { format: args.format === 'oci' ? ('oci' as const) : ('docker' as const) }),
      ...compression(args),
      ...toSignOptions(args),
    }
    const pushed = args.allTags
      ? await pushAllTags(engine, args.image, options)
      : [await push(engine, args.image, { ...options, ...destination(args.destination) })]
    const last = pushed.at(-1)
    if (args.digestfile !== undefined && last) writeDigestFile(engine, args.digestfile, last.digest)
    return {
      lines: io.config.compat === 'docker' ? pushed.map(args.quiet ? (one) => one.destination : dockerLine) : [],
    }
  },
})

const destination = (text: string | undefined) => (text === undefined ? {} : { destination: text })

interface CompressionFlags {
  readonly compressionFormat: string | undefined
  readonly compressionLevel: number | undefined
  readonly forceCompression: boolean
}

function compression({ compressionFormat, compressionLevel, forceCompression }: CompressionFlags) {
  const format = compressionFormat === 'zstd' ? ('zstd' as const) : ('gzip' as const)
  const highest = format === 'zstd' ? 22 : 9
  if (compressionLevel !== undefined && !(compressionLevel >= 1 && compressionLevel <= highest)) {
    throw badValue('--compression-level', `${compressionLevel}`, `must be from 1 to ${highest} for ${format}`)
  }
  return {
    ...(compressionFormat === undefined ? {} : { compression: format }),
    ...(compressionLevel === undefined ? {} : { compressionLevel }),
    forceCompression,
  }
}

/** Source: docker-push(1): scripts take the digest out of the last line. */
function dockerLine({ destination, digest, sizeBytes }: Pushed): string {
  return `${/:([^/:]+)$/.exec(destination)?.[1] ?? destination}: digest: ${digest} size: ${sizeBytes ?? 0}`
}
