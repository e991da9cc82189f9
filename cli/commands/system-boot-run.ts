import { runBoot } from '../../engine/boot/run.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  usage: 'system boot run',
  description:
    'Start the containers that should run and do not: those with the policy always or unless-stopped, and those with on-failure that a reboot cut off. The unit that "tspod system boot enable" writes calls it.',
  positionals: {},
  options: {},
  run: async (engine) => {
    const { names, failures } = await runBoot(engine)
    return { lines: names, failures }
  },
})
