import { unshare } from '../../engine/unshare.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'unshare [options] [COMMAND [ARG...]]',
  description: "Run a command, or a shell, in the engine's user namespace, where files of containers can be changed.",
  optionsEndAtPositional: true,
  positionals: { command: { array: true, describe: "the program and its arguments; the user's shell by default" } },
  options: {},
  examples: [['tspod unshare cat /proc/self/uid_map', 'which ids the namespace has', 'runs']],
  run: async (engine, args) => ({ exitCode: await unshare(engine, args.command) }),
})
