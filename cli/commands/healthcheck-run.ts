import { runHealthCheck } from '../../engine/health/run.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'healthcheck run CONTAINER',
  description: 'Checks the health of a container now. The exit status is 0 where it is well, and 1 where it is not.',
  positionals: { container: { required: true, describe: 'name or id (a unique prefix will do)' } },
  options: {
    'ignore-result': { type: 'boolean', describe: 'exit with 0 whatever the result' },
  },
  examples: [['tspod healthcheck run web', 'is it well?']],
  run: async (engine, args) => {
    const { exitCode, status } = await runHealthCheck(engine, args.container)
    if (exitCode === 0) return {}
    return { lines: [status], exitCode: args.ignoreResult ? 0 : 1 }
  },
})
