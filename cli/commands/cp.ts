import { copyFiles } from '../../engine/container/copy.ts'
import { archiveStream } from '../archive-output.ts'
import { defineCommand } from '../command.ts'
import { openCopyProgress } from '../copy-progress.ts'
import { parseCopyPlace } from '../flags/copy-place.ts'
import { badArguments } from '../flags/errors.ts'
import { stdinBytes } from '../stdin-bytes.ts'
import { styleOf } from '../style/style.ts'

export default defineCommand({
  usage: 'cp [options] [CONTAINER:]SRC_PATH|- [CONTAINER:]DEST_PATH|-',
  description:
    'Copy files or directories between a container, running or not, and the host or another container. With - a tar comes from stdin, or goes to stdout.',
  positionals: {
    source: { required: true, describe: 'what to copy; a directory with /. at its end for what is in it' },
    destination: { required: true, describe: 'where to; a directory that is there gets the copy under its name' },
  },
  options: {
    archive: { type: 'boolean', alias: 'a', describe: 'keep the owners of the files' },
    'follow-link': { type: 'boolean', alias: 'L', describe: 'where SRC_PATH is a link, copy what it leads to' },
    overwrite: { type: 'boolean', describe: 'a directory may replace a file, and a file a directory' },
    pause: { type: 'boolean', hidden: true, describe: 'has no effect' },
    quiet: { type: 'boolean', alias: 'q', describe: 'do not show the progress' },
  },
  examples: [
    ['tspod cp web:/etc/nginx .', 'a directory of a container'],
    ['tspod cp site/. web:/usr/share/nginx/html', 'what is in a directory, into a container'],
    ['tspod cp web:/var/log - | tar -t', 'as a tar'],
  ],
  run: async (engine, args, io) => {
    const { engine: compat } = styleOf(io.config)
    const [from, to] = [parseCopyPlace(args.source), parseCopyPlace(args.destination)]
    if (from.kind === 'stream' && to.kind === 'stream') throw badArguments('cp has - on one side only', 'cp')
    const sink = to.kind === 'stream' ? archiveStream(io.stdout) : undefined
    using progress = openCopyProgress(io, {
      isShown: !args.quiet && sink === undefined,
      to: args.destination,
      total: compat === 'docker',
    })
    await copyFiles(
      engine,
      from.kind === 'stream' ? { kind: 'tar-source', bytes: stdinBytes() } : from,
      to.kind === 'stream' ? { kind: 'tar-sink', write: (bytes) => sink?.write(bytes) } : to,
      {
        // A tar says whose its files are, for Docker. podman gives all to the user of the container.
        owner: args.archive || (compat === 'docker' && from.kind === 'stream') ? 'kept' : ownerBy[compat],
        // Docker copies the link, podman what it leads to.
        followLink: args.followLink || compat === 'podman',
        overwrite: args.overwrite,
        relativeTo: compat === 'podman' ? 'working-directory' : 'root',
        onNote: progress.note,
        onBytes: progress.bytes,
      },
    )
    progress.done()
    return {}
  },
})

const ownerBy = { docker: 'root', podman: 'user' } as const
