import { exportVolume } from '../../engine/volume/export.ts'
import { archiveOutput } from '../archive-output.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'volume export [options] VOLUME',
  description: 'Write what is in a volume as a tar, on stdout or into a file.',
  positionals: { volume: { required: true, describe: 'name' } },
  options: { output: { type: 'string', alias: 'o', placeholder: 'FILE', describe: 'write to this file' } },
  examples: [['tspod volume export data | tspod volume import copy -', 'what one has into another']],
  run: (engine, args, io) => {
    exportVolume(engine, args.volume, archiveOutput(args.output, io.stdout))
    return {}
  },
})
