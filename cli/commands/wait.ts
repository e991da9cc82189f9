import { waitForContainer } from '../../engine/container/wait.ts'
import { defineCommand, forEachTarget } from '../command.ts'

export default defineCommand({
  usage: 'wait CONTAINER [CONTAINER...]',
  description: 'Wait until containers have ended and print the exit code of each.',
  positionals: { container: { required: true, array: true, describe: 'name or id (a unique prefix will do)' } },
  options: {},
  run: (engine, args) =>
    forEachTarget(
      args.container,
      (ref) => waitForContainer(engine, ref),
      (exitCode) => String(exitCode),
    ),
})
