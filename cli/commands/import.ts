import { TspodError } from '../../base/errors.ts'
import { isTerminal } from '../../base/terminal.ts'
import { importImage } from '../../engine/image/import.ts'
import { defineCommand } from '../command.ts'
import { PLATFORM_OPTIONS, platformWords } from '../flags/registry-options.ts'

export default defineCommand({
  usage: 'import [options] FILE|URL|- [IMAGE]',
  description: 'Make an image of the files in a tar, as "export" writes it, and print its id. It may be compressed.',
  positionals: {
    file: { required: true, describe: 'a file, an address, or - for stdin' },
    image: { describe: 'the name of the new image' },
  },
  options: {
    ...PLATFORM_OPTIONS,
    change: {
      type: 'string',
      array: true,
      alias: 'c',
      placeholder: 'INSTRUCTION',
      describe: 'set the configuration, as CMD, ENTRYPOINT, ENV, EXPOSE, LABEL … of a Dockerfile do',
    },
    message: { type: 'string', alias: 'm', placeholder: 'TEXT', describe: 'a comment in the history' },
    quiet: { type: 'boolean', alias: 'q', describe: 'say nothing but the id' },
  },
  examples: [
    ['tspod export web | tspod import - web:flat', 'all files of a container in one layer', 'runs'],
    [`tspod import -c 'CMD ["/bin/sh"]' rootfs.tar.gz base`, 'from a file, with something to run'],
  ],
  run: async (engine, args, io) => {
    if (args.file === '-' && isTerminal(0)) {
      throw new TspodError('E_TERMINAL', 'there is no archive on a terminal', {
        hint: 'name a file, or give one to stdin',
      })
    }
    const input = args.file === '-' ? (process.stdin as AsyncIterable<Buffer>) : args.file
    const { id } = await importImage(engine, input, {
      ...platformWords(args),
      changes: args.change,
      ...(args.image !== undefined && { name: args.image }),
      ...(args.message !== undefined && { message: args.message }),
      onProgress: () => {},
      onNotice: (line) => io.stderr.write(`${line}\n`),
    })
    // Source: podman 4.3, import; docker says it so too.
    return { lines: [`sha256:${id}`] }
  },
})
