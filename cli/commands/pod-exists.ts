import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'pod exists POD',
  description: 'Exit with 0 where there is such a pod, with 1 where there is none.',
  positionals: { pod: { required: true, describe: 'name or id' } },
  options: {},
  run: (engine, args) => ({ exitCode: engine.storage.pods.find(args.pod) ? 0 : 1 }),
})
