import { cleanupContainer } from '../../engine/container/cleanup.ts'
import { defineCommand, forEachTarget } from '../command.ts'

export default defineCommand({
  usage: 'container cleanup CONTAINER [CONTAINER...]',
  description: 'Tidy up after containers that have ended. Monitors call it; calling it again changes nothing.',
  positionals: { container: { required: true, array: true, describe: 'name or id' } },
  options: {},
  run: (engine, args) => forEachTarget(args.container, (ref) => cleanupContainer(engine, ref)),
})
