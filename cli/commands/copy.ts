import { copyBetween } from '../../engine/image/copy.ts'
import { writeDigestFile } from '../../engine/image/digest-file.ts'
import { defineCommand } from '../command.ts'
import { PLATFORM_OPTIONS, platformWords, TRANSFER_OPTIONS, toRegistryAccess } from '../flags/registry-options.ts'
import { TRUST_OPTIONS, toTrustOptions } from '../flags/trust-options.ts'
import { openPullProgress } from '../pull-progress.ts'

export default defineCommand({
  usage: 'copy [options] SOURCE DESTINATION',
  description:
    'Copy an image between registries (docker://NAME), archives (docker-archive:, oci-archive:), directories (oci:, dir:) and the storage (containers-storage:NAME), byte for byte where the destination takes it so.',
  positionals: {
    source: { required: true, describe: 'a place with its transport, or an image in storage' },
    destination: { required: true, describe: 'a place with its transport, or a name on a registry' },
  },
  options: {
    ...TRANSFER_OPTIONS,
    ...PLATFORM_OPTIONS,
    all: { type: 'boolean', alias: 'a', describe: 'all images of an index, not the one for the platform' },
    'compression-format': {
      type: 'string',
      alias: 'dest-compress-format',
      choices: ['gzip', 'zstd'],
      describe: 'compress layers so',
    },
    'compression-level': { type: 'number', placeholder: 'LEVEL', describe: 'gzip 1 to 9, zstd 1 to 22' },
    'dest-creds': { type: 'string', placeholder: 'USER[:PASSWORD]', describe: 'as --creds, for the destination' },
    'dest-tls-verify': { type: 'boolean', optional: true, describe: 'as --tls-verify, for the destination' },
    digestfile: { type: 'string', placeholder: 'FILE', describe: 'write the digest of the copy to this file' },
    'force-compression': { type: 'boolean', describe: 'layers that are compressed otherwise, too' },
    format: { type: 'string', alias: 'f', choices: ['oci', 'docker', 'v2s2'], describe: 'format of the manifest' },
    quiet: { type: 'boolean', alias: 'q', describe: 'do not show the progress' },
    'src-creds': { type: 'string', placeholder: 'USER[:PASSWORD]', describe: 'as --creds, for the source' },
    'src-tls-verify': { type: 'boolean', optional: true, describe: 'as --tls-verify, for the source' },
    ...TRUST_OPTIONS,
  },
  examples: [
    ['tspod copy docker://alpine oci:/tmp/alpine:latest', 'from a registry into an OCI image layout'],
    ['tspod copy --all docker://alpine docker://registry.example.com/alpine', 'for all platforms'],
  ],
  run: async (engine, args, io) => {
    using progress = await openPullProgress(io, { quiet: args.quiet })
    const compression = {
      ...(args.compressionFormat !== undefined && { format: args.compressionFormat as 'gzip' | 'zstd' }),
      ...(args.compressionLevel !== undefined && { level: args.compressionLevel }),
      ...(args.forceCompression && { force: true }),
    }
    const { digest } = await copyBetween(engine, args.source, args.destination, {
      ...platformWords(args),
      all: args.all,
      ...(args.format !== undefined && { format: args.format === 'oci' ? 'oci' : 'docker' }),
      compression,
      sourceAccess: await toRegistryAccess(forSide(args, { creds: args.srcCreds, tlsVerify: args.srcTlsVerify })),
      destinationAccess: await toRegistryAccess(
        forSide(args, { creds: args.destCreds, tlsVerify: args.destTlsVerify }),
      ),
      onProgress: progress.onProgress,
      onNotice: progress.onNotice,
      ...toTrustOptions(args, progress.onNotice),
    })
    if (args.digestfile !== undefined) writeDigestFile(engine, args.digestfile, digest)
    return {}
  },
})

type Access = Parameters<typeof toRegistryAccess>[0]

/** What was given for this side alone counts before what was given for both. */
function forSide(args: Access, side: Pick<Access, 'creds' | 'tlsVerify'>): Access {
  const { creds, tlsVerify } = side
  return { ...args, ...(creds !== undefined && { creds }), ...(tlsVerify !== undefined && { tlsVerify }) }
}
