import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'container exists CONTAINER',
  description: 'Exit with 0 where there is such a container, with 1 where there is none.',
  positionals: { container: { required: true, describe: 'name or id' } },
  options: {},
  run: (engine, args) => ({ exitCode: engine.storage.containers.find(args.container) ? 0 : 1 }),
})
