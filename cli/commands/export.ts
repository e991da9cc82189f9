import { exportContainer } from '../../engine/container/export.ts'
import { archiveOutput } from '../archive-output.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'export [options] CONTAINER',
  description:
    'Write the files of a container as a tar, on stdout or into a file. What is mounted into it is not in it.',
  positionals: { container: { required: true, describe: 'name or id' } },
  options: {
    output: { type: 'string', alias: 'o', placeholder: 'FILE', describe: 'write to this file' },
  },
  examples: [['tspod export web | tar -t', 'which files the container has', 'runs']],
  run: (engine, args, io) => {
    exportContainer(engine, args.container, archiveOutput(args.output, io.stdout))
    return {}
  },
})
