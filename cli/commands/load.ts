import { TspodError } from '../../base/errors.ts'
import { isTerminal } from '../../base/terminal.ts'
import { loadImages } from '../../engine/image/load.ts'
import { defineCommand } from '../command.ts'
import { PLATFORM_OPTIONS } from '../flags/registry-options.ts'
import { TRUST_OPTIONS, toTrustOptions } from '../flags/trust-options.ts'
import { isQuietThere, openPullProgress } from '../pull-progress.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'load [options]',
  description:
    'Take the images of an archive into storage: of docker, podman, skopeo or buildah, or an OCI image layout. It may be compressed with gzip, zstd, xz or bzip2.',
  positionals: {},
  options: {
    input: { type: 'string', alias: 'i', placeholder: 'FILE', describe: 'read this file or directory, not stdin' },
    platform: PLATFORM_OPTIONS.platform,
    quiet: { type: 'boolean', alias: 'q', describe: 'do not show the progress' },
    ...TRUST_OPTIONS,
  },
  examples: [
    ['tspod load -i app.tar.gz', 'from a file'],
    ['tspod load < app.tar', 'from stdin'],
  ],
  run: async (engine, args, io) => {
    const { input } = args
    if ((input === undefined || input === '-') && isTerminal(0)) {
      throw new TspodError('E_TERMINAL', 'there is no archive on a terminal', {
        hint: 'name a file with --input, or give one to stdin',
      })
    }
    using progress = await openPullProgress(io, { quiet: args.quiet || isQuietThere(io) })
    const loaded = await loadImages(engine, input === undefined || input === '-' ? stdin() : input, {
      onProgress: progress.onProgress,
      onNotice: progress.onNotice,
      ...toTrustOptions(args, progress.onNotice),
      ...(args.platform === undefined ? {} : { platform: args.platform }),
    })
    const style = styleOf(io.config)
    const names = loaded.flatMap((one) => (one.names.length > 0 ? one.names : [`sha256:${one.image.id}`]))
    return { lines: [...new Set(names)].map((name) => style.loaded(name)) }
  },
})

/** Where stdin is a file, too, it can be read once. */
function stdin(): AsyncIterable<Buffer> {
  return process.stdin as AsyncIterable<Buffer>
}
