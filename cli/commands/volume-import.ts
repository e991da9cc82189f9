import { TspodError } from '../../base/errors.ts'
import { isTerminal } from '../../base/terminal.ts'
import { importVolume } from '../../engine/volume/import.ts'
import { defineCommand } from '../command.ts'
import { stdinBytes } from '../stdin-bytes.ts'

export default defineCommand({
  usage: 'volume import VOLUME FILE|-',
  description: 'Take the files of a tar, which may be compressed, into a volume.',
  positionals: {
    volume: { required: true, describe: 'name' },
    file: { required: true, describe: 'a file, or - for stdin' },
  },
  options: {},
  run: async (engine, args) => {
    if (args.file === '-' && isTerminal(0)) {
      throw new TspodError('E_TERMINAL', 'there is no archive on a terminal', {
        hint: 'name a file, or give one to stdin',
      })
    }
    await importVolume(engine, args.volume, args.file === '-' ? stdinBytes() : args.file)
    return {}
  },
})
