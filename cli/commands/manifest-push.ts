import { writeDigestFile } from '../../engine/image/digest-file.ts'
import { pushManifest } from '../../engine/image/manifest-push.ts'
import { defineCommand } from '../command.ts'
import { TRANSFER_OPTIONS, toRegistryAccess } from '../flags/registry-options.ts'
import { SIGN_OPTIONS, toSignOptions } from '../flags/sign-options.ts'
import { openPullProgress } from '../pull-progress.ts'

export default defineCommand({
  usage: 'manifest push [options] LIST [DESTINATION]',
  description: 'Push a manifest list and its images to a registry, an archive or a directory.',
  positionals: {
    list: { required: true, describe: 'name or id' },
    destination: { describe: 'where to, if not where its name says' },
  },
  options: {
    ...TRANSFER_OPTIONS,
    all: { type: 'boolean', default: true, describe: 'its images, too' },
    'compression-format': {
      type: 'string',
      choices: ['gzip', 'zstd'],
      describe: 'of layers that are not compressed yet',
    },
    'compression-level': { type: 'number', placeholder: 'LEVEL', describe: 'gzip 1 to 9, zstd 1 to 22' },
    'force-compression': { type: 'boolean', describe: 'layers that are compressed otherwise, too' },
    digestfile: { type: 'string', placeholder: 'FILE', describe: 'write the digest of the index to this file' },
    format: {
      type: 'string',
      alias: 'f',
      choices: ['oci', 'docker', 'v2s2'],
      describe: 'format of the index; by default what fits its images',
    },
    purge: { type: 'boolean', alias: 'p', hidden: true, describe: "docker's --rm" },
    quiet: { type: 'boolean', alias: 'q', describe: 'do not show the progress' },
    'remove-signatures': { type: 'boolean', hidden: true, describe: 'push no signatures' },
    rm: { type: 'boolean', describe: 'remove the list once it is pushed' },
    ...SIGN_OPTIONS,
  },
  run: async (engine, args, io) => {
    using progress = await openPullProgress(io, { quiet: args.quiet })
    const pushed = await pushManifest(engine, args.list, {
      ...(await toRegistryAccess(args)),
      onProgress: progress.onProgress,
      onNotice: progress.onNotice,
      ...toSignOptions(args),
      all: args.all,
      remove: args.rm || args.purge,
      compression: {
        ...(args.compressionFormat === undefined
          ? {}
          : { format: args.compressionFormat === 'zstd' ? 'zstd' : 'gzip' }),
        ...(args.compressionLevel === undefined ? {} : { level: args.compressionLevel }),
        force: args.forceCompression,
      },
      ...(args.destination === undefined ? {} : { destination: args.destination }),
      ...(args.format === undefined ? {} : { format: args.format === 'oci' ? ('oci' as const) : ('docker' as const) }),
    })
    if (args.digestfile !== undefined) writeDigestFile(engine, args.digestfile, pushed.digest)
    return { lines: io.config.compat === 'docker' ? [pushed.digest] : [] }
  },
})
